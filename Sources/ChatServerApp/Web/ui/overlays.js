// What lies over the whole page of a phone, and the phone's Back, which closes it.

const NARROW = '(max-width: 720px)';

/** @type {{ close: () => void }[]} */
const stack = [];
/** A step back that is under way. @type {Promise<void> | null} */
let stepping = null;

addEventListener('popstate', () => {
  while (stack.length > (history.state?.overlay ?? 0)) stack.pop()?.close();
});

/**
 * Makes a step in the browser's history that Back undoes by `close`. Answers what is to be called once it is closed.
 * @param {() => void} close
 */
export function pushOverlay(close) {
  if (!matchMedia(NARROW).matches) return () => {};
  const entry = { close };
  stack.push(entry);
  history.pushState({ ...history.state, overlay: stack.length }, '');
  return () => {
    const index = stack.indexOf(entry);
    if (index < 0) return;
    stack.splice(index);
    // Whoever goes on from here has taken the step for another place.
    setTimeout(() => { if ((history.state?.overlay ?? 0) > stack.length) stepBack(); });
  };
}

function stepBack() {
  stepping = new Promise((resolve) => {
    addEventListener('popstate', () => {
      stepping = null;
      resolve();
    }, { once: true });
  });
  history.back();
}

/**
 * Does `work` once no step back is under way, which would undo it.
 * @param {() => void} work
 */
export function afterStep(work) {
  if (stepping) stepping.then(work);
  else work();
}
