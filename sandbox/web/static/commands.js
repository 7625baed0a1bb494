/**
 * The slash commands that a person can use here: listed, searched, and their option values checked.
 * @module commands
 */
import { OPTION } from "./types.js";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./types.js").CommandOption} CommandOption */
/** `shown` is the path as the person's client shows it. @typedef {{path: string, shown: string, description: string, options: CommandOption[], command: Command}} Leaf */

/** The name of a command, an option or a choice in the person's language. @param {import("./types.js").Named} one */
export function nameOf(one) {
  return one.name_localized ?? one.name;
}

/** @param {import("./types.js").Named & {description: string}} one */
export function descriptionOf(one) {
  return one.description_localized ?? one.description;
}

/**
 * Whether a command can be used in a channel.
 * @param {Command} command
 * @param {{guildId: string|null, mayManage: boolean}} place where; `guildId` is null in direct messages
 */
function offered(command, place) {
  if ((command.type ?? 1) !== 1) return false;
  if (command.guild_id && command.guild_id !== place.guildId) return false;
  const context = place.guildId === null ? 1 : 0;
  if (Array.isArray(command.contexts) && !command.contexts.includes(context)) return false;
  if (place.guildId === null) return command.contexts ? true : command.dm_permission !== false;
  const needed = command.default_member_permissions;
  if (needed === null || needed === undefined) return true;
  return place.mayManage && needed !== "0";
}

/**
 * Every command, or instead its subcommands with their whole path, such as "quiet room add".
 * @param {Command[]} commands
 * @param {{guildId: string|null, mayManage: boolean}} place
 * @returns {Leaf[]}
 */
export function leaves(commands, place) {
  return commands
    .filter((c) => offered(c, place))
    .flatMap((c) => branch(c, c.name, nameOf(c), descriptionOf(c), c.options ?? []))
    .sort((a, b) => a.shown.localeCompare(b.shown));
}

/** @param {Command} command @param {string} path @param {string} shown @param {string} description @param {CommandOption[]} options @returns {Leaf[]} */
function branch(command, path, shown, description, options) {
  const subs = options.filter((o) => o.type === OPTION.SUB || o.type === OPTION.GROUP);
  if (!subs.length) return [{ path, shown, description, options, command }];
  return subs.flatMap((s) =>
    branch(command, `${path} ${s.name}`, `${shown} ${nameOf(s)}`, descriptionOf(s), s.options ?? []),
  );
}

/**
 * The commands that match what was typed after the slash, the best match first.
 * @param {Leaf[]} all
 * @param {string} typed
 * @returns {Leaf[]}
 */
export function search(all, typed) {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const joined = words.join(" ");
  /** @param {string} path @param {string} description */
  const rankOf = (path, description) => {
    if (path === joined) return -1;
    if (path.startsWith(joined)) return 0;
    if (words.every((w) => path.split(/[\s-]/).some((part) => part.startsWith(w)))) return 1;
    if (words.every((w) => path.includes(w))) return 2;
    return words.every((w) => `${path} ${description}`.includes(w)) ? 3 : 4;
  };
  /** @param {Leaf} leaf */
  const rank = (leaf) => {
    const paths = [leaf.shown, leaf.path].map((path) => path.toLowerCase());
    return Math.min(...paths.map((path) => rankOf(path, leaf.description.toLowerCase())));
  };
  return all
    .map((leaf) => ({ leaf, rank: rank(leaf) }))
    .filter((x) => x.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map((x) => x.leaf);
}

/**
 * Check a typed option value: return the value for the API, or what is wrong with it.
 * @param {CommandOption} option
 * @param {string} text the text in the field
 * @param {string|number|boolean|null} picked the value that was picked from a list, if any
 * @returns {{value?: any, error?: string, empty?: boolean}}
 */
export function readValue(option, text, picked) {
  if (picked !== null) return { value: picked };
  if (option.type === OPTION.ATTACHMENT) return { error: "This page cannot upload files." };
  const trimmed = text.trim();
  if (!trimmed) return option.required ? { error: `${nameOf(option)} is required.` } : { empty: true };
  const listed = option.choices?.find((c) => nameOf(c).toLowerCase() === trimmed.toLowerCase());
  if (listed) return { value: listed.value };
  if (option.choices?.length) return { error: `Choose a value from the list for ${nameOf(option)}.` };
  switch (option.type) {
    case OPTION.STRING:
      return readText(option, text);
    case OPTION.INTEGER:
    case OPTION.NUMBER:
      return readNumber(option, trimmed);
    default:
      return { error: `Choose a value from the list for ${nameOf(option)}.` };
  }
}

/** @param {CommandOption} option @param {string} text */
function readText(option, text) {
  const length = [...text].length;
  if (option.min_length && length < option.min_length)
    return { error: `${nameOf(option)} needs at least ${option.min_length} characters.` };
  if (option.max_length && length > option.max_length)
    return { error: `${nameOf(option)} takes at most ${option.max_length} characters.` };
  return { value: text };
}

/** @param {CommandOption} option @param {string} text */
function readNumber(option, text) {
  const value = Number(text);
  const whole = option.type === OPTION.INTEGER;
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value)))
    return { error: `${nameOf(option)} takes a ${whole ? "whole " : ""}number.` };
  if (option.min_value !== undefined && value < option.min_value)
    return { error: `${nameOf(option)} is at least ${option.min_value}.` };
  if (option.max_value !== undefined && value > option.max_value)
    return { error: `${nameOf(option)} is at most ${option.max_value}.` };
  return { value };
}
