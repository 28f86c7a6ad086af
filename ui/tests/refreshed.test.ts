// The message after a refresh says what is new, not how much was read.
import { describe, expect, it } from 'vitest';
import { setLanguage } from '../src/lib/i18n/index.svelte';
import { refreshedText } from '../src/screens/cardholders/refreshed';

const report = (cardholders: number, newCardholders: number, newCards: number, cardsPending = 0) =>
  refreshedText({ cardholders, newCardholders, newCards, cardsPending, finishedAt: '2026-11-24T16:00:00Z' });

describe('the message after a refresh', () => {
  it('says how many there are, and that nothing is new', () => {
    expect(report(61, 0, 0)).toBe('Directorio al día: 61 tarjetahabientes; nada nuevo');
    expect(report(1, 0, 0)).toBe('Directorio al día: 1 tarjetahabiente; nada nuevo');
  });

  it('says what is new, of one kind or of both', () => {
    expect(report(61, 1, 0)).toBe('Directorio al día: 61 tarjetahabientes; 1 persona nueva');
    expect(report(61, 0, 2)).toBe('Directorio al día: 61 tarjetahabientes; 2 tarjetas nuevas');
    expect(report(1200, 1200, 1)).toBe(
      'Directorio al día: 1,200 tarjetahabientes; 1,200 personas nuevas y 1 tarjeta nueva',
    );
  });

  it('says what is still to be read', async () => {
    expect(report(3, 0, 0, 1)).toBe(
      'Directorio al día: 3 tarjetahabientes; nada nuevo. Faltan las tarjetas de 1 persona: actualice otra vez',
    );
    await setLanguage('en');
    expect(report(900, 2, 3, 400)).toBe(
      'Directory up to date: 900 cardholders; 2 new people and 3 new cards. The cards of 400 people are still to be read: refresh again',
    );
    await setLanguage('es');
  });
});
