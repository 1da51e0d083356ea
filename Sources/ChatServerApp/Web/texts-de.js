// The page in German. The keys are those of texts.js.

export const DE = {
  title: 'Chat', chats: 'Chats', rooms: 'Räume', yourRooms: 'Deine Räume', people: 'Personen', messages: 'Nachrichten',
  close: 'Schließen', cancel: 'Abbrechen', open: 'Öffnen', join: 'Beitreten',
  more: 'Mehr', loading: 'Lädt', search: 'Suchen', remove: '{name} entfernen', you: 'Du', today: 'Heute', yesterday: 'Gestern',
  tryAgain: 'Erneut versuchen', tryNow: 'Jetzt versuchen', discard: 'Verwerfen', draft: 'Entwurf:',

  welcome: 'Konto anlegen', welcomeBack: 'Willkommen zurück', signInLead: 'Melde dich an und mach weiter, wo du warst.',
  signUpLead: 'Ein Name und ein Passwort genügen.', invitedLead: 'Du bist eingeladen. Lege ein Konto an oder melde dich an.',
  username: 'Benutzername', usernameHint: 'Buchstaben, Ziffern, Punkt und Striche', displayName: 'Anzeigename', password: 'Passwort',
  passwordHint: 'Mindestens {count} Zeichen', signIn: 'Anmelden', createAccount: 'Konto anlegen', haveAccount: 'Schon ein Konto?', newHere: 'Neu hier?',
  usernameMissing: 'Gib deinen Benutzernamen ein.', passwordMissing: 'Gib dein Passwort ein.',
  usernameInvalid: 'Ein Benutzername hat 2 bis 32 Buchstaben, Ziffern, Punkte oder Striche.',
  passwordShort: 'Ein Passwort hat mindestens {count} Zeichen.', usernameTaken: 'Dieser Benutzername ist vergeben.',
  wrongPassword: 'Benutzername und Passwort passen nicht zusammen.', registrationClosed: 'Hier können keine Konten angelegt werden. Bitte um eine Einladung.', invitationOver: 'Diese Einladung ist verbraucht oder zu alt. Bitte um eine neue.',
  cookieNotKept: 'Die Anmeldung stimmt, aber der Browser hat das Cookie dazu nicht behalten. Erlaube dieser Seite Cookies, oder öffne sie über ihre https-Adresse.',
  tooManyAttempts: 'Zu viele Versuche. In {count|# Sekunde|# Sekunden} geht es weiter.', demos: 'Demos anderer Schnittstellen:',
  signedOutElsewhere: 'Du hast dich in einem anderen Tab abgemeldet.', sessionEnded: 'Deine Sitzung ist beendet. Melde dich neu an.',
  noServer: 'Der Server ist nicht da', noServerHint: 'Die Seite versucht es weiter.',

  newRoom: 'Neue Unterhaltung', newDirect: 'Neue Direktnachricht', newGroup: 'Neue Gruppe', newChannel: 'Neuer Kanal',
  browseRooms: 'Öffentliche Räume', findPeople: 'Personen finden', noRooms: 'Noch keine Unterhaltungen. Finde jemanden, oder sieh dich um.',
  noMessages: 'Noch keine Nachrichten', sayHello: 'Sag Hallo', noSuchRoom: 'Diese Unterhaltung gibt es nicht, oder nicht für dich.',
  direct: 'Direktnachricht', group: 'Gruppe', channel: 'Kanal', archived: 'Archiviert',

  nothingOpen: 'Keine Unterhaltung offen', nothingOpenHint: 'Wähle links eine aus, oder beginne eine neue.', conversation: 'Unterhaltung',
  backToList: 'Zurück zu den Unterhaltungen', details: 'Details', searchHere: 'In dieser Unterhaltung suchen', messagesIn: 'Nachrichten in {name}',
  members: '{count|# Mitglied|# Mitglieder}', onlineCount: '{count} online', online: 'Online', away: 'Abwesend', dnd: 'Nicht stören', offline: 'Offline',
  invisible: 'Unsichtbar', lastSeen: 'Zuletzt gesehen {at}', beginning: 'Hier fängt es an.', roomEmpty: 'Noch nichts hier. Sag Hallo!',
  cannotLoad: 'Die Nachrichten konnten nicht geladen werden.', newMessages: 'Neu', toFirstUnread: 'Zur ersten ungelesenen', toEnd: 'Zur neuesten',
  newCount: '{count|# neue Nachricht|# neue Nachrichten}', unreadCount: '{count} ungelesen', mentionCount: '{count|# Erwähnung|# Erwähnungen}',
  typing: '{names} {count|schreibt|schreiben} …', manyTyping: 'Mehrere schreiben …', mayOnlyRead: 'Hier schreiben nur einige.', isArchived: 'Diese Unterhaltung ist archiviert.',
  messageTo: 'Nachricht an {name}', answerInThread: 'Im Thread antworten', send: 'Senden', emoji: 'Emoji', editing: 'Bearbeiten', replyingTo: 'Antwort an {name}',
  tooLong: '{count|# Byte|# Bytes} zu lang', nearlyFull: 'noch {count|# Byte|# Bytes}', edited: 'bearbeitet', waiting: 'Wartet auf das Senden', sent: 'Gesendet',
  readByOthers: 'Gelesen', notSent: 'Nicht gesendet.', notSaved: 'Nicht gespeichert. Versuche es erneut.', notAllowed: 'Das darfst du hier nicht.', messageDeleted: 'Nachricht gelöscht',
  messageGone: 'Nachricht nicht verfügbar', jumpToQuote: 'Antwort an {name}: {text}. Dorthin springen', inThread: 'In einem Thread', answers: '{count|# Antwort|# Antworten}',
  thread: 'Thread', threadEmpty: 'Noch keine Antworten.', profileOf: 'Profil von {name}', react: 'Reagieren',
  reactionLabel: '{key} von {names}', reply: 'Antworten', edit: 'Bearbeiten', arrivedIn: 'Neue Nachricht von {name} in {room}',

  manage: '{name} verwalten', owner: 'Besitz', admin: 'Admin', member: 'Mitglied', reader: 'Lesend',
  removed_kicked: 'Du wurdest aus {name} entfernt.', removed_banned: 'Du wurdest aus {name} gebannt.', removed_deleted: '{name} wurde gelöscht.',
  deletedUser: 'Gelöschtes Konto', block: 'Blockieren',

  toSearch: 'zum Suchen', settings: 'Einstellungen', theme: 'Farben', language: 'Sprache', notify: 'Mitteilungen',
  notifyMentions: 'Nur was mich betrifft',
  signOut: 'Abmelden', unsentQuestion: '{count|Eine Nachricht ist|# Nachrichten sind} noch nicht gesendet und gehen verloren.',
  yourMenu: '{name}: Status, Einstellungen, Abmelden',

  reconnecting: 'Verbindet wieder …', youAreOffline: 'Du bist offline. Was du schreibst, wird später gesendet.', backOnline: 'Wieder online', stopped: 'Die Verbindung wurde geschlossen.',
  tooManyTabs: 'Zu viele Verbindungen. Schließe einen anderen Tab.', youWereRemoved: 'Du wurdest von diesem Server entfernt.', youWereSuspended: 'Dein Konto ist gesperrt.',
  wentWrong: 'Das hat nicht geklappt. Versuche es erneut.', tooFast: 'Zu schnell. Warte einen Moment.', gone: 'Das gibt es nicht mehr.', noConnection: 'Keine Verbindung. Versuche es erneut.',

  shortcuts: 'Tastenkürzel',

  dashboard: 'Dashboard',
};
