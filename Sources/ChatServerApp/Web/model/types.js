// What the server says, as the model keeps it. Nothing here is ever loaded.

/**
 * @typedef {{ id: string, username: string, display_name: string, created_at?: string, deleted?: boolean,
 *   admin?: boolean, settings?: Record<string, any> }} User
 * @typedef {{ room: string, seq: number, user_id: string, client_msg_id?: string, text: string, ts: string,
 *   version: number, reactions: Record<string, string[]>, edited_at?: string, deleted?: boolean, reply_to?: number,
 *   thread?: number, mentions?: string[] }} Message
 * @typedef {'owner' | 'admin' | 'member' | 'reader'} Role
 * @typedef {{ user_id: string, role: Role, read: number, received: number, muted_until?: string }} Member
 * @typedef {{ state: 'online' | 'away' | 'dnd' | 'offline', status_text?: string, last_seen?: string }} Presence
 * @typedef {{ unread: number, mentions: number, read: number }} Counts
 */
export {};
