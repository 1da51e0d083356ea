// The client of the native protocol, version 1, for programs of your own: no dependency, and nothing of the page.

export { backoffMaxMs, backoffMs } from './attempts.js';
export { ChatClient } from './connection.js';
export { MemoryStorage, Outbox, uuid } from './outbox.js';
export { ChatError, path, Rest } from './rest.js';
