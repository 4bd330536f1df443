/** The texts of `--help` besides the list of options. */

export const rootHelp = `
Examples:
  seismolog                                  the story: what holds, and one setting that loses records
  seismolog list                             what is promised
  seismolog run leader-crash --seeds 1000    look for a seed that breaks a promise
  seismolog run leader-crash --seed 17       that one run, with its report
  seismolog replay sl1-...                   the run that somebody else saw, bit for bit
  seismolog run --scenarios ./mine.mjs       scenarios of your own
  seismolog museum                           is the harness any good? planted mistakes, found

A run is a function of scenario, seed, fault plan and code: what fails once fails again.

Exit codes: 0 valid, 1 invalid, 2 unknown, 64 usage, 70 the harness itself failed.
`;

export const runHelp = `
Examples:
  seismolog run                                        all scenarios, 50 seeds each
  seismolog run leader-crash power-loss --seeds 500    two of them, 500 seeds each
  seismolog run leader-crash --seed 501 --seeds 500    the next 500
  seismolog run leader-crash --seed 17                 one run: verdict, plan, report
  seismolog run --for 10m --junit seismolog.xml        a gate in CI
  seismolog run --bail --json                          for programs
  seismolog run --scenarios ./mine.mjs                 all scenarios that a module of yours exports
  seismolog run my-own --scenarios ./mine.mjs          one of them; built-in ones go by their names, too

A module exports its scenarios as a list, \`export const scenarios = [...]\`, or each by a name of its own; README and
docs/own-scenarios.md of the repository have one that runs.

The first failing seed of a scenario is run again with its full trace, its fault plan made as small as it goes,
and its report written below runs/. Ctrl-C keeps what is done and prints how to go on. A run whose events have no end
is ended and invalid (livelock); a seed that has not ended after five minutes is reported, and the campaign goes on.
`;

export const replayHelp = `
Examples:
  seismolog replay sl1-WyJsZWFkZXIt...          the line that a failing run printed
  seismolog replay runs/latest                  the run that was written last
  seismolog replay plan.json --minimise         a plan written by hand, made smaller if it fails
  seismolog replay plan.json --scenario leader-crash --seed 3
  seismolog replay sl1-... --scenarios ./mine.mjs   a run of a scenario of your own

A replay executes the run twice, first without its trace and then with it, and compares the two digests: rules and scenarios
of your own are called in both.

A plan: {"version": 1, "scenario": "leader-crash", "seed": "3", "faults": [
  {"kind": "crash", "atMicros": 3200000, "target": "leader of orders-0", "durationMicros": 1000000}]}
`;

export const mergeHelp = `
Examples:
  seismolog run --seeds 800 --shard 2/8 --json > shard-2.json    on the second of eight machines
  seismolog merge shard-*.json --junit seismolog.xml             when all of them are done

The result is that of one run of all the seeds: verdict, anomalies and accounts. A gap between the shards makes it unknown.
`;

export const museumHelp = `
Each exhibit is one decision of the broker as it once was, or as one might get it wrong. The general scenarios
must find it, and the seed that found it must be valid again with the right rule.
`;

export const checkHelp = `
The history is JSON Lines in the shapes of Jepsen's Kafka workload; a header line of ours is welcome, not needed:
  {"index":0,"time":0,"process":0,"type":"invoke","f":"send","value":[["send",1,10]]}
  {"index":1,"time":5,"process":0,"type":"ok","f":"send","value":[["send",1,[0,10]]]}
or the same in EDN, as Jepsen writes it (history.edn), or the lines of Kafka's verifiable producer and consumer (--verbose) in one file.
`;
