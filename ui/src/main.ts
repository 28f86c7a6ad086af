// Start-up: read the session, draw, and tell the shell once the first picture is on screen, so that the window appears
// painted.

import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import StartFailure from './frame/StartFailure.svelte';
import { openSession, session } from '$lib/app/session.svelte';
import { backend } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

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
// The frame after the next one begins only when this one was painted.
requestAnimationFrame(() => requestAnimationFrame(() => void backend.reportPainted()));
