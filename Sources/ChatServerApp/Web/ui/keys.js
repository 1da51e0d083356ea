// The one table of keys: what each does, where. The views look their commands up here; the list of shortcuts is made of it.

/**
 * @typedef {'everywhere' | 'writing' | 'message'} Where
 * @typedef {{ id: string, where: Where, keys: string, text: string, isShown?: boolean }} Key `keys`: "Ctrl+Shift+X"; a name
 *   of a place on the keyboard ("Period", "Digit8") where another layout has another letter there. `text`: its word
 */

/** @type {Key[]} */
export const KEYS = [
  { id: 'search', where: 'everywhere', keys: 'Ctrl+K', text: 'toSearch' },
  { id: 'searchHere', where: 'everywhere', keys: 'Ctrl+F', text: 'scSearchHere' },
  { id: 'next', where: 'everywhere', keys: 'Alt+ArrowDown', text: 'scNext' },
  { id: 'previous', where: 'everywhere', keys: 'Alt+ArrowUp', text: 'scPrevious' },
  { id: 'new', where: 'everywhere', keys: 'Ctrl+Shift+O', text: 'scNew' },
  { id: 'details', where: 'everywhere', keys: 'Ctrl+.', text: 'scDetails' },
  { id: 'messages', where: 'everywhere', keys: 'Shift+F6', text: 'scMessages' },
  { id: 'back', where: 'everywhere', keys: 'Escape', text: 'scBack' },
  { id: 'shortcuts', where: 'everywhere', keys: 'Ctrl+/', text: 'scShortcuts' },
  { id: 'send', where: 'writing', keys: 'Enter', text: 'scSend' },
  { id: 'sendAlways', where: 'writing', keys: 'Ctrl+Enter', text: 'scSend', isShown: false },
  { id: 'line', where: 'writing', keys: 'Shift+Enter', text: 'scLine' },
  { id: 'editLast', where: 'writing', keys: 'ArrowUp', text: 'scEditLast' },
  { id: 'cancel', where: 'writing', keys: 'Escape', text: 'cancel', isShown: false },
  { id: 'bold', where: 'writing', keys: 'Ctrl+B', text: 'scBold' },
  { id: 'italic', where: 'writing', keys: 'Ctrl+I', text: 'scItalic' },
  { id: 'struck', where: 'writing', keys: 'Ctrl+Shift+X', text: 'scStruck' },
  { id: 'code', where: 'writing', keys: 'Ctrl+E', text: 'scCode' },
  { id: 'quote', where: 'writing', keys: 'Ctrl+Shift+Period', text: 'scQuote' },
  { id: 'bullets', where: 'writing', keys: 'Ctrl+Shift+Digit8', text: 'scList' },
  { id: 'mention', where: 'writing', keys: '@', text: 'scMention' },
  { id: 'emoji', where: 'writing', keys: ':', text: 'scEmoji' },
  { id: 'up', where: 'message', keys: 'ArrowUp', text: '', isShown: false },
  { id: 'down', where: 'message', keys: 'ArrowDown', text: '', isShown: false },
  { id: 'first', where: 'message', keys: 'Home', text: '', isShown: false },
  { id: 'last', where: 'message', keys: 'End', text: '', isShown: false },
  { id: 'reply', where: 'message', keys: 'R', text: 'scReply' },
  { id: 'thread', where: 'message', keys: 'T', text: 'scThread' },
  { id: 'react', where: 'message', keys: '+', text: 'scReact' },
  { id: 'edit', where: 'message', keys: 'E', text: 'scEdit' },
  { id: 'copy', where: 'message', keys: 'C', text: 'scCopy' },
  { id: 'forward', where: 'message', keys: 'F', text: 'scForward' },
  { id: 'delete', where: 'message', keys: 'Delete', text: 'scDelete' },
  { id: 'menu', where: 'message', keys: 'Enter', text: 'scMenu' },
];

/** What stands on the keys, where it is not their name. @type {Record<string, string>} */
const CAPS = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Period: '.', Digit8: '8' };

/** @param {Key} key */
export function capsOf({ keys }) {
  return partsOf(keys).map((part) => CAPS[part] ?? part);
}

/** "Ctrl++" is two keys. @param {string} keys */
function partsOf(keys) {
  return keys.split(/(?<=.)\+/);
}

/**
 * What a press of keys is for, there; nothing while a word is being composed by an input method, whose keys are not ours:
 * some browsers say so by 229 only.
 * @param {KeyboardEvent} event @param {Where} where
 * @returns {string | undefined}
 */
export function commandOf(event, where) {
  if (event.isComposing || event.keyCode === 229) return undefined;
  return KEYS.find((key) => key.where === where && isPressed(partsOf(key.keys), event))?.id;
}

/** @param {string[]} parts @param {KeyboardEvent} event */
function isPressed(parts, event) {
  const key = parts[parts.length - 1];
  const isLetter = /^[A-Z]$/.test(key);
  const isSame = isLetter ? event.key.toUpperCase() === key : event.key === key || event.code === key;
  // Where a sign stands, and whether with Shift, is the layout's affair.
  const isShift = (key.length === 1 && !isLetter) || event.shiftKey === parts.includes('Shift');
  return isSame && isShift && (event.ctrlKey || event.metaKey) === parts.includes('Ctrl') && event.altKey === parts.includes('Alt');
}
