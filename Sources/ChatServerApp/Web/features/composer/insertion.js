// Puts text where somebody writes, so that they can undo it as they can undo what they have typed.

/**
 * @param {HTMLTextAreaElement} textarea
 * @param {string} text
 * @param {{ start?: number, end?: number }} [range] what it takes the place of; else what is selected
 */
export function insert(textarea, text, range = {}) {
  const { start = textarea.selectionStart, end = textarea.selectionEnd } = range;
  textarea.focus();
  textarea.setSelectionRange(start, end);
  // Deprecated, and yet the one way that keeps the history of undoing; where it is not there, the text is put in anyway.
  const isDone = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
  if (isDone) return;
  textarea.setRangeText(text, start, end, 'end');
  textarea.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
}
