import {
  BackendError,
  CheckpointError,
  ConfigError,
  DataError,
  nearestName,
  rejectUnknownOptions,
  SesameError,
  ShapeError,
  TokenizerError,
  TrainingError,
} from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';

const classes = { BackendError, CheckpointError, ConfigError, DataError, ShapeError, TokenizerError, TrainingError };

test.each(Object.entries(classes))(
  '%s is a SesameError and an Error, with its name, value and cause',
  (name, Class) => {
    const cause = new Error('underneath');
    const error = new Class('what was wrong', { value: 3, cause });
    expect(error).toBeInstanceOf(SesameError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message: 'what was wrong', value: 3, cause });
    expect(String(error)).toBe(`${name}: what was wrong`);
    expect('cause' in new Class('no cause')).toBe(false);
  },
);

test('a DataError knows its line, where there is one', () => {
  expect(new DataError('what was wrong', { line: 3, value: 'x' })).toMatchObject({ line: 3, value: 'x' });
  expect(new DataError('what was wrong').line).toBeUndefined();
});

describe('nearestName', () => {
  const names = ['numLayers', 'numHeads', 'dModel', 'dropout'];
  test.each([
    ['numLayer', 'numLayers'],
    ['nLayers', 'numLayers'],
    ['NUMHEADS', 'numHeads'],
    ['d_model', 'dModel'],
    ['dropot', 'dropout'],
    ['zzzzzzzzzzzz', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%s means %s', (name, expected) => {
    expect(nearestName(name, names)).toBe(expected);
  });

  test('of two as near, the first is meant; of none, nothing', () => {
    expect(nearestName('ab', ['ac', 'ad'])).toBe('ac');
    expect(nearestName('ab', [])).toBeUndefined();
  });
});

describe('rejectUnknownOptions', () => {
  test('known options pass, undefined ones too', () => {
    expect(() => rejectUnknownOptions('fit', { steps: 3, seed: undefined }, ['steps', 'seed'])).not.toThrow();
  });

  test.each([undefined, null, 'steps', 3, ['steps']])('%j instead of options is refused', (options) => {
    expect(() => rejectUnknownOptions('fit', options as object, ['steps', 'seed'])).toThrow(
      new ConfigError('fit: the options are missing, or no object.\nOptions: steps, seed.', { value: options }),
    );
  });

  test.each([
    ['stepps', 'fit: there is no option stepps.\nDid you mean steps?'],
    ['completelyElse', 'fit: there is no option completelyElse.\nOptions: steps, seed.'],
    ['__proto__', 'fit: there is no option __proto__.\nOptions: steps, seed.'],
  ])('%s is refused by name', (name, message) => {
    const options = Object.fromEntries([[name, 1]]);
    let error: unknown;
    try {
      rejectUnknownOptions('fit', options, ['steps', 'seed']);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ message, value: name });
  });
});
