// What the Wallet Gateway's own codes mean to the operator, in the operator's language. The gateway writes its reasons in a
// language of its own: where a code is known they stand beside as a detail, and only an unknown code is told in them.

import { t, type MessageKey } from './index.svelte';

/** Every code that `gateway-api.md` names (Error codes). */
const GATEWAY_CODES: Readonly<Record<string, MessageKey>> = {
  '7000': 'gateway.code.7000',
  '7001': 'gateway.code.7001',
  '7002': 'gateway.code.7002',
  '7003': 'gateway.code.7003',
  '7004': 'gateway.code.7004',
  '7006': 'gateway.code.7006',
  '7010': 'gateway.code.7010',
  '7100': 'gateway.code.7100',
  '7200': 'gateway.code.7200',
  '7205': 'gateway.code.7205',
  '7210': 'gateway.code.7210',
  '7213': 'gateway.code.7213',
  '7220': 'gateway.code.7220',
  '7221': 'gateway.code.7221',
  '7300': 'gateway.code.7300',
  '7301': 'gateway.code.7301',
  '7303': 'gateway.code.7303',
};

/** Too general to say which field is meant, so a field's own sentence says more. */
const CHECK_PARAMETERS = '7000';

/** A code's meaning with the code, `El saldo de la tarjeta no alcanza (7303).`; nothing for a code that is not known. */
export function gatewayCodeText(code: string | null | undefined): string | undefined {
  const key = GATEWAY_CODES[code ?? ''];
  return key && t('gateway.coded', { words: t(key), code: code ?? '' });
}

/** The same where a field is refused: only what says more about it than that it is not taken. */
export function gatewayFieldText(code: string | undefined): string | undefined {
  return code === CHECK_PARAMETERS ? undefined : gatewayCodeText(code);
}

/** The gateway's own words as a detail beside ours: `En palabras de la pasarela: «…»`. */
export function inItsWords(message: string | null | undefined): string | undefined {
  return message ? t('gateway.in_its_words', { message }) : undefined;
}
