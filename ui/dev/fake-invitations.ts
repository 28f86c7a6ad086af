// Registering by invitation in the fake backend. The code «USADO» was used already, and any that was not made here is
// unknown. «14» as the id of a transfer is one that was made here, «15» one whose second card nobody knows.

import type {
  CardholderView,
  ErrorView,
  FieldProblem,
  InvitedForm,
  TransferTypeForm,
  TransferView,
} from '../src/lib/backend/bindings';

type MakeError = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;
type MakeProblem = (
  field: FieldProblem['field'],
  code: FieldProblem['code'],
  severity?: FieldProblem['severity'],
  params?: Record<string, string>,
) => FieldProblem;

export function fakeInvitations(
  error: MakeError,
  problem: MakeProblem,
  register: (username: string) => CardholderView,
) {
  const codes = new Set<string>();
  const check = (form: InvitedForm): FieldProblem[] => {
    const found: FieldProblem[] = [];
    for (const field of ['invitationCode', 'deviceId', 'username'] as const)
      if (form[field].trim() === '') found.push(problem(field, 'missing'));
    if (form.username !== '' && !/^\S+@\S+\.\S+$/.test(form.username)) found.push(problem('username', 'email_form'));
    if (form.nit !== '' && !/^(\d+-?[\dK]|CF)$/i.test(form.nit)) found.push(problem('nit', 'nit_form', 'warning'));
    return found;
  };
  return {
    make_invitation: () => {
      const code = `7F3K-92QM-${String(1000 + codes.size)}`;
      codes.add(code);
      return { code, expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString() };
    },
    save_text: ({ text }: { text: { name: string } }) => `/home/operador/Documentos/Cardesk/${text.name}.txt`,
    check_invited: ({ form }: { form: InvitedForm }) => check(form),
    register_invited: ({ form }: { form: InvitedForm }) => {
      const refuse = (code: FieldProblem['code']) =>
        error('gateway_refused', { fields: [problem('invitationCode', code)] });
      if (form.invitationCode === 'USADO') throw refuse('invitation_used');
      if (!codes.has(form.invitationCode)) throw refuse('invitation_unknown');
      return register(form.username);
    },
  };
}

export function fakeTransfers(
  error: MakeError,
  problem: MakeProblem,
  side: (index: number) => NonNullable<TransferView['from']>,
) {
  const check = (types: TransferTypeForm[]): FieldProblem[] =>
    types.flatMap((type, index) => {
      const row = { row: String(index) };
      const missing = (['typeWord', 'channel', 'movementType', 'model'] as const).filter((each) => type[each] === '');
      const twice = types.slice(0, index).some((each) => each.typeWord === type.typeWord && type.typeWord !== '');
      return [
        ...missing.map((each) => problem(each === 'model' ? 'typeModel' : each, 'missing', 'error', row)),
        ...(twice ? [problem('typeWord', 'type_twice', 'error', row)] : []),
      ];
    });
  return {
    transfer: ({ id }: { id: string }): TransferView => {
      if (id.trim() === '') throw error('fields_need_mending', { fields: [problem('transferId', 'missing')] });
      if (!/^1[45]$/.test(id.trim())) throw error('transfer_not_found', { params: { id } });
      const unknown = { cardId: '99999', known: null };
      return {
        id: id.trim(),
        from: side(0),
        to: id.trim() === '15' ? unknown : side(1),
        amount: '250.00',
        currency: 'GTQ',
        observations: 'CD-7F3K-92QM Viáticos',
        at: new Date().toISOString(),
        reference: id.trim() === '14' ? 'CD-7F3K-92QM' : null,
      };
    },
    check_transfer_types: ({ types }: { types: TransferTypeForm[] }) => check(types),
    create_transfer_types: ({ types }: { types: TransferTypeForm[] }) => {
      const found = check(types);
      if (found.length > 0) throw error('fields_need_mending', { fields: found });
      if (types[0]?.typeWord === 'NO') throw error('gateway_refused', { params: { code: '7000' }, message: 'no' });
      if (types[0]?.typeWord === 'QUIZA') throw error('transfer_types_uncertain');
      return null;
    },
  };
}
