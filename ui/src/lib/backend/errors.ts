// The one error that crosses from the shell, as something that can be thrown and caught. Which text a code has is in
// `lib/i18n/errors.ts`.

import type { ErrorCode, ErrorView, Field, FieldProblem } from './bindings';

export class BackendError extends Error {
  readonly code: ErrorCode;
  /** What the code's text names. */
  readonly params: Readonly<Record<string, string>>;
  /** The gateway's or the system's own words. */
  readonly detail: string | null;
  readonly field: Field | null;
  /** Every field that needs mending. */
  readonly fields: readonly FieldProblem[];
  /** Whether doing the same again is safe and may help. Never true for what moves money. */
  readonly retryable: boolean;
  readonly reference: string | null;

  constructor(view: ErrorView) {
    super(view.message ?? view.code);
    this.name = 'BackendError';
    this.code = view.code;
    this.params = view.params as Record<string, string>;
    this.detail = view.message;
    this.field = view.field;
    this.fields = view.fields;
    this.retryable = view.retryable;
    this.reference = view.reference;
  }
}

/** Whatever was thrown, as a `BackendError`: the shell itself failing (a command that it does not have) included. */
export function asBackendError(thrown: unknown): BackendError {
  if (thrown instanceof BackendError) return thrown;
  const view = thrown as Partial<ErrorView> | null;
  if (typeof view === 'object' && view !== null && typeof view.code === 'string' && Array.isArray(view.fields)) {
    return new BackendError(view as ErrorView);
  }
  return new BackendError({
    code: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });
}
