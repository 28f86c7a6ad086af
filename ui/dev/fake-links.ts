// The cards of other people in the fake backend. The last four 7220 are of nobody's card, 7221 can't be linked, and one
// whose alias is «Perdida» was unlinked by somebody else.

import type { ErrorView, FieldProblem, LinkedCardView, LinkForm, LinkRename } from '../src/lib/backend/bindings';

type MakeError = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;
type MakeProblem = (field: FieldProblem['field'], code: FieldProblem['code']) => FieldProblem;

export function fakeLinks(error: MakeError, problem: MakeProblem, ago: (minutes: number) => string) {
  const links = new Map<string, LinkedCardView[]>();
  let next = 1;

  const of = (cardholderId: string): LinkedCardView[] => {
    const known = links.get(cardholderId);
    if (known) return known;
    const first: LinkedCardView[] =
      cardholderId.charCodeAt(7) % 2 === 0
        ? [
            link('dona.marta@ejemplo.gt', '0932', 'Mamá', 60 * 24 * 12),
            link('bodega@volcanes.gt', '7718', 'Compras de la bodega de Quetzaltenango', 60 * 24 * 3),
          ]
        : [];
    links.set(cardholderId, first);
    return first;
  };

  function link(ownerEmail: string, lastFour: string, alias: string, minutes: number): LinkedCardView {
    return { associationId: `a-${next++}`, ownerEmail, lastFour, alias, linkedAt: ago(minutes) };
  }

  function check(form: LinkForm): FieldProblem[] {
    const found: FieldProblem[] = [];
    if (form.ownerEmail.trim() === '') found.push(problem('ownerEmail', 'missing'));
    else if (!/^\S+@\S+\.\S+$/.test(form.ownerEmail)) found.push(problem('ownerEmail', 'email_form'));
    if (form.lastFour.trim() === '') found.push(problem('lastFour', 'missing'));
    else if (!/^\d{4}$/.test(form.lastFour)) found.push(problem('lastFour', 'last_four_form'));
    if (form.alias.trim() === '') found.push(problem('alias', 'missing'));
    return found;
  }

  function taken(cardholderId: string, associationId: string): LinkedCardView {
    const found = of(cardholderId).find((each) => each.associationId === associationId);
    if (!found) throw error('link_gone');
    if (found.alias !== 'Perdida') return found;
    links.set(
      cardholderId,
      of(cardholderId).filter((each) => each !== found),
    );
    throw error('link_gone');
  }

  return {
    linked_cards: ({ cardholderId }: { cardholderId: string }) => structuredClone(of(cardholderId)),
    check_link: ({ form }: { form: LinkForm }) => check(form),
    link_card: ({ form }: { form: LinkForm }) => {
      if (form.lastFour === '7220')
        throw error('gateway_not_found', { params: { code: '7220' }, message: 'not found' });
      if (form.lastFour === '7221')
        throw error('gateway_refused', { params: { code: '7221' }, message: 'not created' });
      links.set(form.cardholderId, [...of(form.cardholderId), link(form.ownerEmail, form.lastFour, form.alias, 0)]);
      return null;
    },
    rename_linked_card: ({ form }: { form: LinkRename }) => {
      if (form.alias.trim() === '') throw error('fields_need_mending', { fields: [problem('alias', 'missing')] });
      taken(form.cardholderId, form.associationId).alias = form.alias.trim();
      return null;
    },
    unlink_card: ({ cardholderId, associationId }: { cardholderId: string; associationId: string }) => {
      const gone = taken(cardholderId, associationId);
      links.set(
        cardholderId,
        of(cardholderId).filter((each) => each !== gone),
      );
      return null;
    },
  };
}
