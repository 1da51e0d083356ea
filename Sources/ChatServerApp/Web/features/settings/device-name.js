// What a device is called, by the id that it gave itself when somebody signed in there: see deviceId in storage.js.

import { t } from '../../ui/texts.js';

/** @param {string | null | undefined} id */
export function deviceName(id) {
  const [browser, system] = id?.split('/') ?? [];
  return browser && system ? t('browserOn', { browser, system }) : null;
}
