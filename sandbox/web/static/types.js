/**
 * The types of the page API's JSON, for editors and readers, and Discord's numbers for channel and option types.
 *
 * @typedef {{id: string, name: string, display: string, avatar_hue: number, bot: boolean,
 *   dms_open: boolean, locale: string, is_moderator?: boolean}} User
 * @typedef {{user_id: string, suppress: boolean, mute: boolean}} VoiceMember
 * @typedef {{id: string, name: string, type: number, parent_id: string|null, position: number,
 *   topic?: string|null, can_send?: boolean, archived?: boolean,
 *   voice?: {members: VoiceMember[], user_limit?: number, status?: string|null,
 *   can_connect?: boolean}|null}} Channel
 * @typedef {{id: string, name: string, description: string|null, start: number, end: number|null,
 *   status: number|string, entity_type: number|string, channel_id: string|null,
 *   location: string|null, interested: boolean, count: number}} GuildEvent
 * @typedef {{id: string, name: string, color: number|string|null, is_bot: boolean}} MemberRow
 * @typedef {{id: string, name: string, color?: number}} Role
 * @typedef {{id: string, name: string, icon_text: string, can_manage: boolean,
 *   app_permissions: string|null,
 *   channels: Channel[], events: GuildEvent[], members: MemberRow[], roles?: Role[]}} Guild
 * @typedef {{id: string, user: User}} Dm
 * @typedef {{name: string, name_localized?: string, description_localized?: string}} Named
 * @typedef {Named & {value: string|number}} Choice
 * @typedef {Named & {type: number, description: string, required?: boolean,
 *   choices?: Choice[], options?: CommandOption[], autocomplete?: boolean, min_value?: number,
 *   max_value?: number, min_length?: number, max_length?: number,
 *   channel_types?: number[]}} CommandOption
 * @typedef {Named & {id: string, description: string, type?: number,
 *   options?: CommandOption[], contexts?: number[]|null, guild_id?: string|null,
 *   dm_permission?: boolean, default_member_permissions?: string|null}} Command
 * @typedef {{now: number, next: number|null, moving: boolean}} ClockState
 * @typedef {{count: number, pings: number}} Unread
 * @typedef {{text: string, action: string, person: string, channel: string, command: string}} Guide
 * @typedef {{me: User, people: User[], app: {id: string, name: string, connected: boolean},
 *   clock: ClockState, guide: Guide|null, guilds: Guild[], dms: Dm[], commands: Command[],
 *   languages: string[], unread: Record<string, Unread>}} State
 * @typedef {{id: string, filename: string, url: string, description?: string|null, size: number,
 *   content_type?: string|null, width?: number, height?: number}} Attachment
 * @typedef {{id: string, channel_id: string, author: User, at: number, edited: number|null,
 *   content: string, embeds: any[], components: any[], attachments: Attachment[], flags: number,
 *   ephemeral: boolean, silent: boolean, interaction: {user: User, command: string}|null,
 *   thinking: boolean, pinged_me: boolean}} Msg
 * @typedef {{title: string, custom_id: string, components: any[]}} ModalData
 */

/** Discord's channel types. */
export const CHANNEL = { TEXT: 0, DM: 1, VOICE: 2, CATEGORY: 4, NEWS: 5, THREAD: 11, STAGE: 13, FORUM: 15 };

/** Discord's command option types. */
export const OPTION = {
  SUB: 1,
  GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
};
