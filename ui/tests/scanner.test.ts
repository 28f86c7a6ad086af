// A hand scanner is told from a person by its pace and by the shape of what it types, wherever the focus is.
import { describe, expect, it, vi } from 'vitest';
import { BURST_GAP_MS, ENTER_GAP_MS, looksScanned, ScanReader } from '../src/screens/pack/scanner';

type Key = Parameters<ScanReader['take']>[0];
const plain = { repeat: false, isComposing: false, ctrlKey: false, metaKey: false, altKey: false, target: null };

/** Types a text with this long between two keys; answers with what the last key came to. */
function type(reader: ScanReader, text: string, gap: number, more: Partial<Key> = {}, at = 1_000): string | undefined {
  const keys = [...text].flatMap((key) => (/[A-ZÑ¡_]/.test(key) ? ['Shift', key] : [key]));
  let answer: string | undefined;
  for (const [index, key] of [...keys, 'Enter'].entries()) {
    answer = reader.take({ ...plain, key, timeStamp: at + index * gap, ...more });
  }
  return answer;
}

describe('a scan', () => {
  it('is a burst that ends with Enter: a serial or a link, through whatever layout', () => {
    for (const text of [
      '0043-001',
      "0043'001",
      '0043ß001',
      '0043-001-P7K3',
      '0043ß001ßP7K3',
      'https://web.example/card-activation?client=a&userId=b-1',
      "httpsÑ--web.example-card'activation_client¡a/userId¡b'1",
      'HTTPS://X',
      '7501031311309',
    ]) {
      expect(type(new ScanReader(), text, 8)).toBe(text);
    }
  });

  it('is not what a person types, however fast, nor a key that is held', () => {
    expect(type(new ScanReader(), '0043-001', BURST_GAP_MS + 1)).toBeUndefined();
    expect(type(new ScanReader(), '0043-001', 8, { repeat: true })).toBeUndefined();
    expect(type(new ScanReader(), '0043-001', 8, { ctrlKey: true })).toBeUndefined();
  });

  it('is not the last four of a plastic, whoever types them', () => {
    expect(type(new ScanReader(), '4417', 5)).toBeUndefined();
    expect(looksScanned('4417')).toBe(false);
  });

  it('may have its Enter a little later, but not when somebody presses it', () => {
    const late = (wait: number) => {
      const reader = new ScanReader();
      for (const [index, key] of [...'0043-001'].entries()) reader.take({ ...plain, key, timeStamp: index * 8 });
      return reader.take({ ...plain, key: 'Enter', timeStamp: 56 + wait });
    };
    expect(late(ENTER_GAP_MS)).toBe('0043-001');
    expect(late(ENTER_GAP_MS + 1)).toBeUndefined();
  });

  it('begins anew after a pause: what a person typed before is no part of it', () => {
    const reader = new ScanReader();
    for (const [index, key] of [...'44'].entries()) reader.take({ ...plain, key, timeStamp: index * 200 });
    expect(type(reader, '0043-001', 8)).toBe('0043-001');
  });

  it('leaves a field as it was before, and says so to whoever is bound to it', () => {
    const field = document.createElement('input');
    field.value = '44';
    const heard = vi.fn();
    field.addEventListener('input', heard);
    const reader = new ScanReader();
    for (const [index, key] of [...'0043-001'].entries()) {
      reader.take({ ...plain, key, timeStamp: 1_000 + index * 8, target: field });
      field.value += key;
    }
    expect(reader.take({ ...plain, key: 'Enter', timeStamp: 1_064, target: field })).toBe('0043-001');
    expect(field.value).toBe('44');
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
