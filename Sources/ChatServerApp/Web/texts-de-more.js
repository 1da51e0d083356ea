// What texts-more.js has, in German.

export const DE_MORE = {
  save: 'Speichern', saved: 'Gespeichert', add: 'Hinzufügen', create: 'Anlegen', undo: 'Rückgängig', message: 'Nachricht', itsYou: '(du)',
  recent: 'Zuletzt', found: 'Gefunden', nothingFound: 'Nichts gefunden.', copied: 'Kopiert',

  accountDeleted: 'Dein Konto ist gelöscht.',

  findRooms: 'Raum finden', noPublicRooms: 'Keine öffentlichen Räume.', searchPeople: 'Personen nach Namen suchen',
  nobodyFound: 'Niemand gefunden.', typeAName: 'Gib einen Namen ein.', chosen: 'Ausgewählt', roomName: 'Name', nameMissing: 'Gib einen Namen ein.',
  groupExample: 'Wanderung', channelExample: 'Ankündigungen', publicRoom: 'Öffentlich', publicHint: 'Alle hier können ihn finden und beitreten.',
  channelHint: 'In einem Kanal schreiben wenige und lesen viele.', public: 'Öffentlich', private: 'Privat',

  messageActions: 'Was mit der Nachricht geschieht',
  reactWith: 'Mit {key} reagieren', openThread: 'Thread', copyText: 'Text kopieren', copyLink: 'Link kopieren',
  messageInfo: 'Nachrichtendetails', delete: 'Löschen', deleteQuestion: 'Diese Nachricht löschen?', deleteForMe: 'Für mich löschen',
  deleteForAll: 'Für alle löschen', deleteForMeHint: 'Andere sehen diese Nachricht weiterhin.', from: 'Von', sentAt: 'Gesendet', editedAt: 'Bearbeitet',
  readBy: 'Gelesen von {count}', nobodyYet: 'Noch niemand.', versions: 'Frühere Fassungen',

  membersTitle: 'Mitglieder', addPeople: 'Personen hinzufügen', inviteLink: 'Einladungslink', inviteHint: 'Wer ihn hat, kann sieben Tage lang beitreten.', editRoom: 'Bearbeiten',
  make: 'Zu {role} machen', handOver: 'Besitz übergeben',
  handOverQuestion: 'Statt dir besitzt dann {name} diese Unterhaltung.', muteMember: 'Stummschalten', unmuteMember: 'Stummschaltung aufheben', muted: '{name} darf hier nicht mehr schreiben.',
  unmuted: '{name} darf wieder schreiben.', kick: 'Entfernen', kickQuestion: '{name} entfernen? Eine neue Einladung bleibt möglich.', kicked: '{name} wurde entfernt.', ban: 'Bannen',
  banQuestion: '{name} bannen? Von selbst geht es nicht zurück.', banned: '{name} wurde gebannt.', bannedPeople: 'Gebannte Personen', nobodyBanned: 'Niemand ist gebannt.', unban: 'Wieder zulassen', unbanName: '{name} wieder zulassen',
  isMuted: 'Stumm', archive: 'Archivieren', unarchive: 'Wieder öffnen', leave: 'Verlassen',
  leaveQuestion: 'Diese Unterhaltung verlassen?', ownerLeaves: 'Übergib den Besitz, bevor du gehst.', deleteRoom: 'Löschen', deleteRoomQuestion: 'Mit allen Nachrichten löschen, für alle?',
  profile: 'Profil', memberSince: 'Dabei seit {at}', unblock: 'Freigeben', unblockName: '{name} freigeben', blockedPeople: 'Blockierte Personen', blocked: '{name} kann dir nicht mehr schreiben.',

  searchAll: 'Räume, Personen und Nachrichten suchen', searchIn: 'In {name} suchen', searchHint: 'Gib ein, was du suchst.', onlyHere: 'Nur hier',
  tab_profile: 'Profil', tab_devices: 'Geräte', tab_looks: 'Aussehen', tab_notifications: 'Mitteilungen', tab_account: 'Konto', tab_admin: 'Verwaltung',
  privacy: 'Privatsphäre', hides_last_seen: 'Verbergen, wann ich zuletzt da war', hides_typing: 'Verbergen, dass ich schreibe', hides_reading: 'Verbergen, was ich gelesen habe',
  statusText: 'Status', statusHint: 'Ein paar Worte, die andere neben deinem Namen sehen', devicesLead: 'Wo du angemeldet bist. Beende Sitzungen, die du nicht kennst.',
  thisDevice: 'Dieses Gerät', otherDevice: 'Ein anderes Gerät', lastActive: 'Aktiv {at}', signedInAt: 'Angemeldet {at}', endSession: 'Abmelden', endSessionOf: 'Die Sitzung von {at_text} abmelden',
  themeSystem: 'Wie das System', themeLight: 'Hell', themeDark: 'Dunkel',
  noNotifications: 'Dieser Browser kennt keine Mitteilungen.', notificationsLead: 'Eine Mitteilung erscheint, während du anderswo bist.', notifyHint: 'In diesem Browser',
  notifyMentionsHint: 'Direktnachrichten und Erwähnungen', notificationsRefused: 'Der Browser erlaubt hier keine Mitteilungen.',
  currentPassword: 'Aktuelles Passwort', newPassword: 'Neues Passwort', changePassword: 'Passwort ändern', wrongCurrentPassword: 'Das Passwort stimmt nicht.',
  signOutLead: 'Entwürfe und nicht gesendete Nachrichten in diesem Browser werden vergessen.',
  deleteAccount: 'Konto löschen', deleteAccountLead: 'Deine Nachrichten bleiben, ohne deinen Namen. Alles Persönliche geht.', deleteAccountQuestion: 'Dein Konto löschen? Das lässt sich nicht rückgängig machen.',

  findEmoji: 'Emoji finden', smileys: 'Smileys', hearts: 'Herzen und Zeichen', nature: 'Natur', food: 'Essen', things: 'Dinge',
  everywhere: 'Überall', onAMessage: 'Auf einer Nachricht', scSearchHere: 'In dieser Unterhaltung suchen', scNext: 'Nächste Unterhaltung',
  scPrevious: 'Vorige Unterhaltung', scNew: 'Neue Direktnachricht', scDetails: 'Details und Mitglieder', scSend: 'Senden', scLine: 'Neue Zeile', scEditLast: 'Letzte eigene Nachricht bearbeiten (im leeren Feld)',
  scMention: 'Jemanden erwähnen', scMessages: 'Zu den Nachrichten', scReply: 'Antworten', scThread: 'Thread öffnen', scReact: 'Reagieren', scEdit: 'Bearbeiten', scCopy: 'Text kopieren',
  scDelete: 'Löschen', scMenu: 'Alles andere', scBack: 'Zurück, Schritt für Schritt', scShortcuts: 'Diese Liste',

  adminLead: 'Das sehen nur, die den Server verwalten.', registerLink: 'Einladung, ein Konto anzulegen', registerUses: 'Für wie viele Personen', registerDays: 'Gültig, in Tagen',
  makeLink: 'Link anlegen', registerHint: 'Für {count|eine Person|# Personen}, bis {until}.', server: 'Server', serverReady: 'Bereit', serverNotReady: 'Nicht bereit', serverState: 'Zustand',
  figureConnections: 'Verbindungen', figureMessages: 'Nachrichten seit dem Start', figureRequests: 'Anfragen seit dem Start', figureWaiting: 'Noch nicht gespeichert', allFigures: 'Alle Zahlen',
};
