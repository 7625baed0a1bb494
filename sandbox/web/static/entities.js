/**
 * People, roles and channels as options of select menus.
 * @module entities
 */
import { guildOf, rolesOf, state } from "./store.js";
import { CHANNEL } from "./types.js";

/** @typedef {import("./dropdown.js").DropdownOption} DropdownOption */

/** Return a channel's name with its prefix. @param {import("./types.js").Channel} channel */
export function channelLabel(channel) {
  if (channel.type === CHANNEL.CATEGORY) return channel.name;
  const voice = channel.type === CHANNEL.VOICE || channel.type === CHANNEL.STAGE;
  return voice ? `${channel.name} (voice)` : `#${channel.name}`;
}

/** @param {string} channelId @returns {DropdownOption[]} */
export function peopleOptions(channelId) {
  const guild = guildOf(channelId);
  if (!guild) {
    const { me, dms } = state();
    return [me, ...dms.map((d) => d.user)].map((u) => ({ value: u.id, label: u.display }));
  }
  return guild.members.map((m) => ({
    value: m.id,
    label: m.name,
    description: m.is_bot ? "app" : undefined,
  }));
}

/** @param {string} channelId @returns {DropdownOption[]} */
export function roleOptions(channelId) {
  return rolesOf(guildOf(channelId)).map((r) => ({ value: r.id, label: `@${r.name.replace(/^@/, "")}` }));
}

/** @param {string} channelId @param {number[]|undefined|null} types @returns {DropdownOption[]} */
export function channelOptions(channelId, types) {
  const guild = guildOf(channelId);
  const wanted = (guild?.channels ?? []).filter((c) => !types?.length || types.includes(c.type));
  return wanted.map((c) => ({
    value: c.id,
    label: channelLabel(c),
    description: guild?.channels.find((p) => p.id === c.parent_id)?.name,
  }));
}

/**
 * The options of a select of users, roles, mentionables or channels.
 * @param {number} type the component type
 * @param {string} channelId the channel of the message
 * @param {number[]} [types] the channel types allowed
 * @returns {DropdownOption[]}
 */
export function entityOptions(type, channelId, types) {
  if (type === 5) return peopleOptions(channelId);
  if (type === 6) return roleOptions(channelId);
  if (type === 7) return [...peopleOptions(channelId), ...roleOptions(channelId)];
  return channelOptions(channelId, types);
}
