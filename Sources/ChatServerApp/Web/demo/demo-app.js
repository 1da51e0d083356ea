// Starts the page: who is signed in decides what is shown.

import { Chat } from './demo-chat.js';
import { Router } from './demo-router.js';
import { clearSession, loadSession, onSessionElsewhere, saveSession } from './demo-session.js';
import { ChatAppTransport } from './demo-transport.js';
import { ChatView } from './demo-view-chat.js';
import { SignInView } from './demo-view-signin.js';

const transport = new ChatAppTransport();
const router = new Router();
const signInView = new SignInView(transport, (user) => {
  saveSession(user);
  showChat(user);
});
const chatView = new ChatView(router, logOut);
let chat = null;

function showChat(user) {
  signInView.hide();
  chat = new Chat(transport, user);
  chat.addEventListener('signedout', (event) => endSession(event.detail));
  chatView.show(chat);
  chat.start();
}

function logOut() {
  endSession('');
}

/** Ends the session in all tabs of this browser, and asks who is there. */
function endSession(notice) {
  clearSession();
  showSignIn(notice);
}

function showSignIn(notice) {
  chat?.stop({ isForgetting: true });
  chat = null;
  chatView.hide();
  router.showList();
  signInView.show(notice);
}

onSessionElsewhere((user) => {
  if (user?.id === chat?.me.id) return;
  if (chat) showSignIn(user ? '' : 'You have logged out in another tab.');
  if (user) showChat(user);
});

const user = loadSession();
if (user) showChat(user);
else showSignIn('');
