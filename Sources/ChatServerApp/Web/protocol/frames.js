// What the connection's types are. Nothing here is ever loaded.

/**
 * @typedef {{ epoch: string, offset: number }} Position a place in a stream
 * @typedef {{ type: string, stream: string, room?: string, epoch: string, offset: number, ts: string, event: string,
 *   [field: string]: any }} ChatEvent a durable event
 * @typedef {'idle' | 'connecting' | 'open' | 'waiting' | 'stopped'} State `waiting`: for the next attempt; `stopped`:
 *   there will be none
 * @typedef {{ session_id: string, user_id: string, ts: string, ping_ms: number, pong_timeout_ms: number,
 *   limits: { frame: number, text: number, subscriptions: number, queue_bytes: number, history: number },
 *   typing: { resend_ms: number, idle_ms: number, expire_ms: number },
 *   streams: Record<string, { recovered?: boolean, epoch?: string, offset?: number, code?: string }> }} Welcome
 */
export {};
