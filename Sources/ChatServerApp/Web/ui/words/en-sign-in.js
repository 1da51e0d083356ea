// English: signing in, and what can go wrong anywhere. How words are put in: see texts.js.

export default {
  title: 'Chat', close: 'Close', tryAgain: 'Try again', welcome: 'Create your account', welcomeBack: 'Welcome back',
  signInLead: 'Sign in to go on where you left off.', signUpLead: 'A name and a password are all it takes.',
  invitedLead: 'You have been invited. Make an account, or sign in, to join.', username: 'User name',
  usernameHint: 'Letters, digits, dot, dash and underscore', displayName: 'Display name', password: 'Password',
  passwordHint: 'At least {count} characters', signIn: 'Sign in', createAccount: 'Create account',
  haveAccount: 'Have an account?', newHere: 'New here?', usernameMissing: 'Enter your user name.',
  passwordMissing: 'Enter your password.',
  usernameInvalid: 'A user name has 2 to 32 letters, digits, dots, dashes or underscores.',
  passwordShort: 'A password has at least {count} characters.', usernameTaken: 'This user name is taken.',
  wrongPassword: 'This user name and password do not belong together.',
  cookieNotKept: 'You are signed in, but your browser has not kept the cookie that says so. Allow cookies for this site, or open it by its https address.',
  registrationClosed: 'New accounts cannot be made here. Ask for an invitation.',
  invitationOver: 'This invitation is used up, or too old. Ask for another.',
  tooManyAttempts: 'Too many attempts. Try again in {count|# second|# seconds}.', demos: 'Demos of other interfaces:',
  signedOutElsewhere: 'You have signed out in another tab.', sessionEnded: 'Your session has ended. Sign in again.',
  noServer: 'The server is not there', noServerHint: 'The page goes on trying.',
  notAllowed: 'You may not do that here.', wentWrong: 'That did not work. Try again.',
  tooFast: 'Too fast. Wait a moment.', gone: 'That is not there any more.', noConnection: 'No connection. Try again.',
  invitedTo: '{name} invites you to “{room}”. Make an account, or sign in, to join.',
};
