// Start-up: read the session, draw, and tell the shell once the first picture is ready, so that the window appears painted. A
// desk whose lock is on begins with its lock screen, and with nothing behind it.

import './styles/base.css';
import { mount, tick } from 'svelte';
import App from './App.svelte';
import StartFailure from './frame/StartFailure.svelte';
import { lock } from '$lib/app/lock.svelte';
import { openSession, session } from '$lib/app/session.svelte';
import { directory } from '$screens/cardholders/directory.svelte';
import { backend } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

/** What does not come (a font, the list, a frame) does not keep the window hidden for longer than this, in milliseconds. */
const PATIENCE_MS = 200;
const atMost = (wanted: Promise<unknown>) =>
  Promise.race([wanted.catch(() => undefined), new Promise((resume) => setTimeout(resume, PATIENCE_MS))]);

// Asked for while the session is read: text that waited for its font would appear after the window, rows as well.
const opened = openSession();
const font = atMost(document.fonts.load("420 13px 'Inter'"));
const rows = atMost(directory.begin(opened));

/** Once what is on the page is painted. A frame's callbacks run right before that. */
const painted = () =>
  new Promise<void>((resume) => {
    requestAnimationFrame(() => setTimeout(resume));
  });

async function showApp(host: Element): Promise<void> {
  // On the first start the greeting is part of the first picture; on any other it is not even fetched.
  const Greeting = session().settings.greetingIsFinished
    ? undefined
    : (await import('$screens/greeting/Greeting.svelte')).default;
  mount(App, { target: host, props: { Greeting } });
}

async function showFirst(host: Element): Promise<void> {
  await opened;
  if (lock.isCovered) return lock.untilShown();
  await rows;
  await showApp(host);
}

const showFailure = (host: Element, thrown: unknown) =>
  mount(StartFailure, { target: host, props: { error: asBackendError(thrown) } });

async function start(host: Element): Promise<void> {
  await showFirst(host).catch((thrown) => showFailure(host, thrown));
  const isLocked = lock.isCovered;
  await Promise.all([tick(), font]);
  // Where a hidden window paints, it appears with its picture; where it gets no frames, it paints when it is shown.
  await atMost(painted());
  await backend.reportPainted();
  if (isLocked) await lock.untilOpened().then(() => showApp(host).catch((thrown) => showFailure(host, thrown)));
  // What few names need. Until a face is there, each size of text has something looked for that would stand in for it.
  await import('./styles/fonts-extended.css');
  await document.fonts.load("420 13px 'Inter'", 'Ő');
}

// Not awaited: what is loaded later imports this file, and would wait for it.
void start(target);
