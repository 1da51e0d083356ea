// German: signing in, and what can go wrong anywhere. How words are put in: see texts.js.

export default {
  title: 'Chat', close: 'Schließen', tryAgain: 'Erneut versuchen', welcome: 'Konto anlegen',
  welcomeBack: 'Willkommen zurück', signInLead: 'Melde dich an und mach weiter, wo du warst.',
  signUpLead: 'Ein Name und ein Passwort genügen.',
  invitedLead: 'Du bist eingeladen. Lege ein Konto an oder melde dich an.', username: 'Benutzername',
  usernameHint: 'Buchstaben, Ziffern, Punkt und Striche', displayName: 'Anzeigename', password: 'Passwort',
  passwordHint: 'Mindestens {count} Zeichen', signIn: 'Anmelden', createAccount: 'Konto anlegen',
  haveAccount: 'Schon ein Konto?', newHere: 'Neu hier?', usernameMissing: 'Gib deinen Benutzernamen ein.',
  passwordMissing: 'Gib dein Passwort ein.',
  usernameInvalid: 'Ein Benutzername hat 2 bis 32 Buchstaben, Ziffern, Punkte oder Striche.',
  passwordShort: 'Ein Passwort hat mindestens {count} Zeichen.', usernameTaken: 'Dieser Benutzername ist vergeben.',
  wrongPassword: 'Benutzername und Passwort passen nicht zusammen.',
  cookieNotKept: 'Die Anmeldung stimmt, aber der Browser hat das Cookie dazu nicht behalten. Erlaube dieser Seite Cookies, oder öffne sie über ihre https-Adresse.',
  registrationClosed: 'Hier können keine Konten angelegt werden. Bitte um eine Einladung.',
  invitationOver: 'Diese Einladung ist verbraucht oder zu alt. Bitte um eine neue.',
  tooManyAttempts: 'Zu viele Versuche. In {count|# Sekunde|# Sekunden} geht es weiter.',
  demos: 'Demos anderer Schnittstellen:', signedOutElsewhere: 'Du hast dich in einem anderen Tab abgemeldet.',
  sessionEnded: 'Deine Sitzung ist beendet. Melde dich neu an.', noServer: 'Der Server ist nicht da',
  noServerHint: 'Die Seite versucht es weiter.', notAllowed: 'Das darfst du hier nicht.',
  wentWrong: 'Das hat nicht geklappt. Versuche es erneut.', tooFast: 'Zu schnell. Warte einen Moment.',
  gone: 'Das gibt es nicht mehr.', noConnection: 'Keine Verbindung. Versuche es erneut.',
};
