// Start-up: read the session, draw, and tell the shell once the first picture is ready, so that the window appears painted.

import './styles/base.css';
import { mount, tick } from 'svelte';
import App from './App.svelte';
import StartFailure from './frame/StartFailure.svelte';
import { openSession, session } from '$lib/app/session.svelte';
import { backend } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

/** A font that does not come does not keep the window hidden for longer than this, in milliseconds. */
const FONT_WAIT_MS = 200;
// Asked for while the session is read: text that waited for its font would appear after the window.
const font = Promise.race([
  document.fonts.load("420 13px 'Inter'").catch(() => undefined),
  new Promise((resume) => setTimeout(resume, FONT_WAIT_MS)),
]);

try {
  await openSession();
  // On the first start the greeting is part of the first picture; on any other it is not even fetched.
  const Greeting = session().settings.greetingIsFinished
    ? undefined
    : (await import('$screens/greeting/Greeting.svelte')).default;
  mount(App, { target, props: { Greeting } });
} catch (thrown) {
  mount(StartFailure, { target, props: { error: asBackendError(thrown) } });
}
await Promise.all([tick(), font]);
// The window is still hidden, and a hidden window gets no animation frames to wait for: measuring lays the page out, and
// showing the window paints it.
document.body.getBoundingClientRect();
void backend.reportPainted();
