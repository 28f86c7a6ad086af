// Records as the desk gives them, for the tests that need one: whole, with what a test is about changed.
import type { ErrorCode, OperationView, ProfileView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';

/** A load of Q 10 that was applied. */
export const operationView = (reference: string, change: Partial<OperationView> = {}): OperationView => ({
  reference,
  kind: 'load',
  state: 'applied',
  cardId: '9007199254740993',
  cardholderId: 'c-1',
  amount: '10',
  currency: 'GTQ',
  note: null,
  draftedAt: '2026-03-05T16:00:00Z',
  changedAt: '2026-03-05T16:04:00Z',
  operator: 'ana',
  gatewayCode: null,
  cause: null,
  detail: null,
  movementId: null,
  toCardId: null,
  sides: null,
  basis: null,
  names: [],
  permission: null,
  namedBy: [],
  contradiction: null,
  doneInsteadBy: null,
  leftToBatch: null,
  canCorrect: false,
  canMakeAgain: false,
  balanceAfter: null,
  canLookAgain: false,
  ...change,
});

/** A company at the gateway's QA environment. */
export function profileView(more: Partial<ProfileView> = {}): ProfileView {
  return {
    id: 'p-1',
    environment: 'qa',
    companyName: 'Café Los Volcanes',
    merchant: 'cafe',
    clientSlug: '',
    applicationId: 'app-1',
    baseUrl: 'https://gateway.example/rest',
    activationBase: 'https://activation.example/card-activation',
    hasOwnAddresses: false,
    loginMethod: 'signing_key',
    secret: 'kept',
    numberStyle: 'comma_thousands',
    confirmationLimit: '5000.00',
    settlingTimeMinutes: 1440,
    isActive: false,
    ...more,
  };
}

/** What the desk answers in place of an outcome; of the operation `reference`, where it names one. */
export function errorOf(code: ErrorCode, reference: string | null = null): BackendError {
  return new BackendError({ code, message: null, params: {}, field: null, fields: [], retryable: false, reference });
}
