import { expect, it } from 'vitest';
import { kindKey, reasonKey, staffMoves } from './words';

it('offers the steps that the API offers, and no others', () => {
  expect(staffMoves(['OFFER', 'ASSIGN', 'CANCEL'])).toEqual(['ASSIGN', 'CANCEL']);
  expect(staffMoves(['GIVE_BACK', 'ABORT', 'DEPART'])).toEqual(['GIVE_BACK', 'CANCEL']);
  expect(staffMoves([])).toEqual([]);
});

it('has a word for every event, even for one that it has never heard of', () => {
  expect(kindKey('order.given_back')).toBe('kind.given_back');
  expect(kindKey('offer.made')).toBe('kind.offer_made');
  expect(kindKey('order.teleported')).toBe('kind.other');
  expect(reasonKey('nobody_there')).toBe('reason.NOBODY_THERE');
  expect(reasonKey('unheard_of')).toBe('reason.OTHER');
});
