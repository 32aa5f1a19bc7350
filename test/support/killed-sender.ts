/** How the killed senders work: few connections, and a short lease so that a small campaign is soon taken over. */
export const killedSender = { connections: 8, leaseMs: 1_000, idleMs: 50, pauseMs: () => 100, sendTimeoutMs: 20_000 };
