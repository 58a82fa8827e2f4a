import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ImageFollower, type OpenTab } from '../../../src/extension/panels/imageFollower.ts';

/** Groups of tabs, first the active one: `>` marks the tab in front, a name without a dot shows no image. */
function layout(...groups: string[]): OpenTab[] {
  return groups.flatMap((group, groupIndex) =>
    group.split(' ').map((name) => {
      const title = name.replace('>', '');
      return {
        image: title.includes('.') ? title : undefined,
        isInFront: name.startsWith('>'),
        isInActiveGroup: groupIndex === 0,
      };
    }),
  );
}

function following(...groups: string[]): ImageFollower {
  const follower = new ImageFollower();
  follower.update(layout(...groups));
  return follower;
}

describe('following the active image', () => {
  test('shows the image in the active tab', () => {
    const follower = following('>a.png b.png');
    assert.equal(follower.shown, 'a.png');
    assert.equal(follower.update(layout('a.png >b.png')), true);
    assert.equal(follower.shown, 'b.png');
    assert.equal(follower.update(layout('a.png >b.png')), false);
  });

  test('stays with it when the inspector itself or a text becomes active', () => {
    const follower = following('>a.png', '>inspector');
    assert.equal(follower.update(layout('>inspector', '>a.png')), false);
    assert.equal(follower.update(layout('a.png >readme', '>inspector')), false);
    assert.equal(follower.shown, 'a.png');
  });

  test('turns to another image in sight, or to none, when the last tab of it is closed', () => {
    const follower = following('>a.png', '>inspector', '>c.png');
    assert.equal(follower.update(layout('>readme', '>inspector', '>c.png')), true);
    assert.equal(follower.shown, 'c.png');
    assert.equal(follower.update(layout('>readme b.png', '>inspector')), true);
    assert.equal(follower.shown, undefined);
  });

  test('finds an image beside an inspector that is restored and active', () => {
    assert.equal(following('>inspector', '>a.png').shown, 'a.png');
    assert.equal(following('>inspector').shown, undefined);
  });
});

describe('an image that was asked for', () => {
  test('stays although another one was and is active, until yet another one becomes so', () => {
    const follower = following('>a.png');
    follower.ask('x.png', layout('>a.png'));
    assert.equal(follower.shown, 'x.png');
    assert.equal(follower.update(layout('>a.png', '>inspector')), false, 'the panel has opened');
    assert.equal(follower.update(layout('>b.png a.png', '>inspector')), true);
    assert.equal(follower.shown, 'b.png');
  });

  test('gives way to the image that was active before, once a person goes back to that', () => {
    const follower = following('>a.png');
    follower.ask('x.png', layout('>a.png'));
    assert.equal(follower.update(layout('a.png >readme')), false);
    assert.equal(follower.update(layout('>a.png readme')), true);
    assert.equal(follower.shown, 'a.png');
  });

  test('need not be open in a tab', () => {
    const follower = new ImageFollower();
    follower.ask('x.png', layout('>readme'));
    assert.equal(follower.update(layout('readme >notes')), false);
    assert.equal(follower.shown, 'x.png');
  });

  test('that is open in a tab goes when that is closed', () => {
    const follower = new ImageFollower();
    follower.ask('a.png', layout('>a.png'));
    assert.equal(follower.update(layout('>readme')), true);
    assert.equal(follower.shown, undefined);
  });
});
