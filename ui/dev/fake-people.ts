// Invented cardholders for the fake backend, the same every time.

const FAMILY = [
  'Ramírez',
  'Choc',
  'de León',
  'Xicará',
  'Ixcot',
  'Muñoz',
  'Güitz',
  'Tzoc',
  'Batz',
  'Caal',
  'Pérez',
  'Ávila',
  'Barrios',
  'Cifuentes',
  'Monzón',
  'Estrada',
  'O’Connor',
  'Sical',
  'Ajú',
  'Velásquez',
];
const GIVEN = [
  'María José',
  'Byron Estuardo',
  'Ana Lucía',
  'Kevin',
  'Wendy',
  'Luis Ángel',
  'Íngrid',
  'Patrick',
  'Brenda',
  'José Antonio',
  'Flor de María',
  'Héctor',
  'Yésica',
  'Marvin',
  'Dulce',
  'Óscar',
];
const TOWNS = [
  'Cobán',
  'Quetzaltenango',
  'Antigua Guatemala',
  'Chimaltenango',
  'Panajachel',
  'Huehuetenango',
  'Salamá',
];

/** A number from a seed, 0 to below the limit: always the same. */
export function pick(seed: number, limit: number): number {
  let value = (seed + 1) * 2654435761;
  value ^= value >>> 15;
  value = Math.imul(value, 2246822519);
  value ^= value >>> 13;
  return (value >>> 0) % limit;
}

export interface Person {
  id: string;
  first: string;
  last: string;
  username: string;
  phone: string;
  dpi: string;
  town: string;
}

export function person(index: number): Person {
  const given = GIVEN[pick(index * 3, GIVEN.length)] ?? '';
  const last = `${FAMILY[pick(index * 7 + 1, FAMILY.length)]} ${FAMILY[pick(index * 11 + 2, FAMILY.length)]}`;
  const hex = (index + 0x6f0c2d1e).toString(16).padStart(8, '0');
  const plain = `${given} ${last}`
    .normalize('NFD')
    .replace(/[^a-z ]/gi, '')
    .toLowerCase();
  const words = plain.split(' ');
  return {
    id: `${hex}-93b7-4a55-8c1d-2b7e9a4410cd`,
    first: given,
    last,
    username: `${words[0]}.${words.at(-1)}${index}@ejemplo.gt`,
    phone: `+502${30000000 + pick(index * 13, 29999999)}`,
    dpi: `${2000 + pick(index, 999)}${10000 + pick(index * 5, 89999)}0101`,
    town: TOWNS[pick(index, TOWNS.length)] ?? '',
  };
}
