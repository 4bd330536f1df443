/** Keys of Kafka that are not modelled, in groups, each with the reason. The first group that has a key decides. */
import type { ConfigKind } from './kafka-keys/index.js';

export interface StandingGroup {
  readonly kinds: readonly ConfigKind[];
  readonly keys: RegExp;
  readonly standing: 'accepted' | 'refused';
  /** A sentence without its subject, which is the key. */
  readonly reason: string;
  /** Values of a refused key that change nothing, besides the default. */
  readonly harmless?: (value: string) => boolean;
  /** Names beyond Kafka's list that belong to the group too: those of a listener, a plugin or a serializer. */
  readonly open?: RegExp;
}

const BROKER: readonly ConfigKind[] = ['broker'];
const STORED: readonly ConfigKind[] = ['broker', 'topic'];
const CLIENTS: readonly ConfigKind[] = ['producer', 'consumer'];
const PROCESSES: readonly ConfigKind[] = ['broker', 'producer', 'consumer'];

const WITHOUT_GROUPS = 'configures a part of consumer groups that is not modelled';

export const STANDING_GROUPS: readonly StandingGroup[] = [
  // What would change what is promised.
  {
    kinds: STORED,
    keys: /^(remote\.log\.storage\.system\.enable|remote\.storage\.enable|remote\.log\.copy\.disable|remote\.log\.delete\.on\.disable)$/,
    standing: 'refused',
    reason: 'belongs to tiered storage, which moves records to another store and is not modelled',
    harmless: (value) => value.toLowerCase() === 'false',
  },
  {
    kinds: BROKER,
    keys: /^replica\.selector\.class$/,
    standing: 'refused',
    reason: 'lets consumers read from followers, which is not modelled',
  },
  {
    kinds: ['producer'],
    keys: /^transactional\.id$/,
    standing: 'refused',
    reason: 'makes the producer transactional, and transactions are not modelled',
  },
  {
    kinds: ['broker', 'producer'],
    keys: /^transaction\.two\.phase\.commit\.enable$/,
    standing: 'refused',
    reason: 'lets a transaction stay open without a time limit, and transactions are not modelled',
    harmless: (value) => value.toLowerCase() === 'false',
  },
  {
    kinds: BROKER,
    keys: /^unstable\.(api|feature)\.versions\.enable$/,
    standing: 'refused',
    reason: 'turns on versions that Kafka has not released',
    harmless: (value) => value.toLowerCase() === 'false',
  },
  // The world in which a broker lives.
  {
    kinds: BROKER,
    keys: /^(listener\.name\..*|listeners|listener\.security\.protocol\.map|inter\.broker\.listener\.name|controller\.listener\.names|sasl\.enabled\.mechanisms|sasl\.server\.max\.receive\.size|ssl\.(keystore|truststore)\.(type|location|certificate\.chain|certificates|key)|ssl\.client\.auth|ssl\.key\.password)$/,
    standing: 'accepted',
    reason:
      'has no effect in a simulation, where nothing is encrypted; a live cluster (`seismolog broker`) obeys it',
    open: /^listener\.name\./,
  },
  {
    kinds: BROKER,
    keys: /^(advertised\.listeners|early\.start\.listeners)$/,
    standing: 'accepted',
    reason: 'has no effect: every host has one address',
  },
  {
    kinds: PROCESSES,
    keys: /^(sasl\.|ssl\.|security\.|delegation\.token\.|authorizer\.|principal\.builder\.class$|super\.users$|allow\.everyone\.if\.no\.acl\.found$|connections\.max\.reauth\.ms$|connection\.failed\.authentication\.delay\.ms$)/,
    standing: 'accepted',
    reason: 'has no effect: simulated connections need no encryption, authentication or authorization',
    open: /^(super\.users|allow\.everyone\.if\.no\.acl\.found)$/,
  },
  {
    kinds: PROCESSES,
    keys: /^(metric\.reporters|metrics\.|kafka\.metrics\.|telemetry\.|enable\.metrics\.push$)/,
    standing: 'accepted',
    reason: 'has no effect: it configures metrics, and the harness observes the processes itself',
  },
  {
    kinds: PROCESSES,
    keys: /^config\.providers(\..*)?$/,
    standing: 'accepted',
    reason: 'has no effect: values are taken as they are written',
    open: /^config\.providers\./,
  },
  {
    kinds: BROKER,
    keys: /^(node\.id|broker\.id|process\.roles|controller\.quorum\.(voters|bootstrap\.servers|auto\.join\.enable))$/,
    standing: 'accepted',
    reason: 'has no effect: the harness numbers the brokers, and the controller is a host of its own',
  },
  {
    kinds: BROKER,
    keys: /^broker\.rack$/,
    standing: 'accepted',
    reason: 'has no effect: replicas are placed in rotation, without racks',
  },
  {
    kinds: BROKER,
    keys: /^(log\.dirs?|metadata\.log\.dir|log\.dir\.failure\.timeout\.ms|cordoned\.log\.dirs|num\.replica\.alter\.log\.dirs\.threads|num\.recovery\.threads\.per\.data\.dir)$/,
    standing: 'accepted',
    reason: 'has no effect: a simulated broker has one log directory',
  },
  {
    kinds: BROKER,
    keys: /^(num\.(io|network)\.threads|num\.replica\.fetchers|background\.threads|queued\.max\..*|socket\.(send|receive)\.buffer\.bytes|replica\.socket\.receive\.buffer\.bytes|max\.connection\.creation\.rate|.*purgatory\.purge\.interval\.requests|max\.request\.partition\.size\.limit)$/,
    standing: 'accepted',
    reason: 'has no effect: it sizes threads, buffers and queues of a real machine',
  },
  {
    kinds: BROKER,
    keys: /^(quota\.|controller\.quota\.|replication\.quota\.|alter\.log\.dirs\.replication\.quota\.|client\.quota\.)/,
    standing: 'accepted',
    reason: 'has no effect: there are no quotas',
    open: /^client\.quota\.callback\./,
  },
  {
    kinds: ['topic'],
    keys: /^(leader|follower)\.replication\.throttled\.replicas$/,
    standing: 'accepted',
    reason: 'has no effect: there are no quotas',
  },
  {
    kinds: BROKER,
    keys: /^(auto\.create\.topics\.enable|(create\.topic|alter\.config)\.policy\.class\.name)$/,
    standing: 'accepted',
    reason: 'has no effect: the topics exist from the start',
  },
  // Records and logs.
  {
    kinds: STORED,
    keys: /^(log\.)?(message\.timestamp\..*|preallocate|roll\..*|segment\.(ms|jitter\.ms)|local\.retention\..*)$/,
    standing: 'accepted',
    reason: 'has no effect within a run: it concerns old segments, timestamps or the layout of files',
  },
  {
    kinds: ['topic'],
    keys: /^internal\.segment\.bytes$/,
    standing: 'accepted',
    reason: "has no effect: it is a key of Kafka's own tests",
  },
  {
    kinds: STORED,
    keys: /^log\.cleaner\..*$/,
    standing: 'accepted',
    reason: 'has no effect: it concerns threads, buffers and the pace of the cleaner',
  },
  {
    kinds: BROKER,
    keys: /^log\.flush\.scheduler\.interval\.ms$/,
    standing: 'accepted',
    reason: 'has no effect: flush.ms is checked at its own interval',
  },
  {
    kinds: BROKER,
    keys: /^(remote\.|rlmm\.config\.|rsm\.config\.|follower\.fetch\.last\.tiered\.offset\.enable$)/,
    standing: 'accepted',
    reason: 'has no effect without tiered storage',
    open: /^(rlmm|rsm)\.config\./,
  },
  // The controller and the metadata.
  {
    kinds: BROKER,
    keys: /^(controller\.|metadata\.|internal\.metadata\.|server\.max\.startup\.time\.ms$|unclean\.leader\.election\.interval\.ms$|request\.timeout\.ms$|socket\.connection\.setup\.timeout\.(max\.)?ms$)/,
    standing: 'accepted',
    reason: 'has no effect: the controller is one host, and its log and elections have fixed settings',
  },
  // Coordinators.
  {
    kinds: BROKER,
    keys: /^(share\.|group\.share\.|group\.streams\.)/,
    standing: 'accepted',
    reason: 'has no effect: there are no share groups and no streams groups',
  },
  {
    kinds: BROKER,
    keys: /^(transaction\.|transactional\.|add\.partitions\.to\.txn\.)/,
    standing: 'accepted',
    reason: 'has no effect without transactional producers',
  },
  { kinds: BROKER, keys: /^(group\.|offsets?\.)/, standing: 'accepted', reason: WITHOUT_GROUPS },
  // Clients.
  {
    kinds: ['consumer'],
    keys: /^(group\.|enable\.auto\.commit$|auto\.commit\.interval\.ms$|heartbeat\.interval\.ms$|session\.timeout\.ms$|max\.poll\.interval\.ms$|partition\.assignment\.strategy$|default\.api\.timeout\.ms$|internal\.throw\.on\.fetch\.stable\.offset\.unsupported$)/,
    standing: 'accepted',
    reason: WITHOUT_GROUPS,
  },
  {
    kinds: ['consumer'],
    keys: /^share\./,
    standing: 'accepted',
    reason: 'has no effect: there are no share groups and no streams groups',
  },
  {
    kinds: CLIENTS,
    keys: /^(key|value)\.(de)?serializer(\..*)?$|^interceptor\.classes$/,
    standing: 'accepted',
    reason: 'has no effect: the records of the harness replace those of the application',
    open: /^(key|value)\.(de)?serializer\./,
  },
  {
    kinds: CLIENTS,
    keys: /^(schema\.registry\.|basic\.auth\.|specific\.avro\.reader$|auto\.register\.schemas$|use\.latest\.version$|(key|value)\.subject\.name\.strategy$|json\.|spring\.json\.|spring\.deserializer\.)/,
    standing: 'accepted',
    reason: 'belongs to a serializer of the application, not to Kafka',
    open: /^/,
  },
  {
    kinds: CLIENTS,
    keys: /^(bootstrap\.servers|client\.(id|rack|dns\.lookup)|(send|receive)\.buffer\.bytes|connections\.max\.idle\.ms|metadata\.(max\.idle\.ms|recovery\..*)|allow\.auto\.create\.topics)$/,
    standing: 'accepted',
    reason: 'has no effect: it concerns addresses, names and sockets of a real machine',
  },
  {
    kinds: ['producer'],
    keys: /^(buffer\.memory|max\.request\.size)$/,
    standing: 'accepted',
    reason: 'has no effect: the load of a run is smaller',
  },
  {
    kinds: ['producer'],
    keys: /^transaction\.timeout\.ms$/,
    standing: 'accepted',
    reason: 'has no effect without transactional producers',
  },
];
