// Start-up: read the session, draw, and tell the shell once the first picture is on screen, so that the window appears
// painted.

import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import StartFailure from './frame/StartFailure.svelte';
import { openSession } from '$lib/app/session.svelte';
import { backend } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

try {
  await openSession();
  mount(App, { target });
} catch (thrown) {
  mount(StartFailure, { target, props: { error: asBackendError(thrown) } });
}
// The frame after the next one begins only when this one was painted.
requestAnimationFrame(() => requestAnimationFrame(() => void backend.reportPainted()));
