import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import sharp from 'sharp';
import { z } from 'zod';

import { GALLERY_COMMANDS } from '../../src/protocol/galleryApi.ts';
import { INSPECTOR_COMMANDS } from '../../src/protocol/inspectorApi.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const menuItem = z.object({
  command: z.string().optional(),
  submenu: z.string().optional(),
  when: z.string().optional(),
});
const manifest = z
  .object({
    publisher: z.string(),
    name: z.string(),
    main: z.string(),
    icon: z.string(),
    activationEvents: z.array(z.string()),
    extensionKind: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.object({
        supported: z.literal('limited'),
        restrictedConfigurations: z.array(z.string()),
      }),
    }),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
      submenus: z.array(z.object({ id: z.string() })),
      menus: z.record(z.string(), z.array(menuItem)),
      keybindings: z.array(z.object({ command: z.string(), key: z.string(), when: z.string() })),
      viewsContainers: z.object({ activitybar: z.array(z.object({ icon: z.string() })) }),
      views: z.object({ tsynd: z.array(z.object({ id: z.string(), icon: z.string() })) }),
      viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string() })),
      customEditors: z.array(
        z.object({
          viewType: z.string(),
          priority: z.string(),
          selector: z.array(z.object({ filenamePattern: z.string() })),
        }),
      ),
      configuration: z.object({ properties: z.record(z.string(), z.object({ scope: z.string() })) }),
      walkthroughs: z.array(
        z.object({
          id: z.string(),
          steps: z.array(
            z.object({
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string() }),
              completionEvents: z.array(z.string()),
            }),
          ),
        }),
      ),
    }),
  })
  .parse(JSON.parse(read('package.json')));
const { contributes } = manifest;
const texts = z.record(z.string(), z.string()).parse(JSON.parse(read('package.nls.json')));
const commands = contributes.commands.map(({ command }) => command);

/** All that the extension is made of, as one text. */
const source = readdirSync(path.join(ROOT, 'src/extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(path.join('src/extension', file)))
  .join('\n');

function contributedAsItStands(): unknown {
  return z.object({ contributes: z.unknown() }).parse(JSON.parse(read('package.json'))).contributes;
}

describe('texts', () => {
  test('every key has its text, and every text its key', () => {
    const used = new Set([...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
  });

  test('every text that a person reads is a key', () => {
    const contributed = JSON.stringify(contributedAsItStands());
    const fields =
      /"(title|category|description|markdownDescription|label|contents|altText|displayName)":"([^"]*)"/g;
    for (const [, field, text] of contributed.matchAll(fields)) assert.match(text, /^%.+%$/, field);
  });

  test('no text shouts', () => {
    for (const [key, text] of Object.entries(texts)) assert.doesNotMatch(text, /!/, key);
  });
});

describe('commands', () => {
  /** Those that the panels register in a loop, from the lists that the protocol has. */
  const looped = new Map<string, readonly string[]>([
    ['tsynd.gallery.', GALLERY_COMMANDS],
    ['tsynd.inspector.', INSPECTOR_COMMANDS],
  ]);

  test('each is contributed once, and those of the panels are those of the protocol', () => {
    assert.equal(new Set(commands).size, commands.length);
    for (const [prefix, names] of looped) {
      const contributed = commands.filter((command) => command.startsWith(prefix));
      const others = contributed.filter((command) => !names.some((name) => command === prefix + name));
      for (const name of names) assert.ok(contributed.includes(prefix + name), prefix + name);
      for (const other of others) assert.ok(source.includes(`'${other}'`), other);
    }
  });

  test('each is registered', () => {
    for (const command of commands) {
      const isLooped = [...looped].some(
        ([prefix, names]) =>
          names.some((name) => prefix + name === command) && source.includes(`\`${prefix}\${`),
      );
      assert.ok(isLooped || source.includes(`'${command}'`), `${command} is not registered`);
    }
  });

  test('what the extension registers is contributed', () => {
    const registered = [...source.matchAll(/\b(?:register|registerCommand)\(\s*'(tsynd\.[\w.]+)'/g)];
    assert.ok(registered.length > 10);
    for (const [, command] of registered) assert.ok(commands.includes(command), command);
  });

  test('menus, keys and links name commands that exist', () => {
    const named = [
      ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
      ...[
        ...Object.values(texts)
          .join(' ')
          .matchAll(/\(command:(tsynd\.[\w.]+)/g),
      ].map(([, name]) => name),
      ...[...read('package.json').matchAll(/"onCommand:([\w.]+)"/g)].map(([, name]) => name),
    ].filter((name) => name !== undefined);
    const views = contributes.views.tsynd.map(({ id }) => `${id}.focus`);
    for (const name of named) assert.ok(commands.includes(name) || views.includes(name), name);
  });

  test('submenus in menus exist', () => {
    const submenus = Object.values(contributes.menus).flatMap((items) => items.map(({ submenu }) => submenu));
    const known = new Set(contributes.submenus.map(({ id }) => id));
    for (const submenu of submenus) assert.ok(submenu === undefined || known.has(submenu), submenu);
  });

  test('what needs a panel or a tile is in the palette only where there is one', () => {
    const palette = new Map(contributes.menus.commandPalette.map(({ command, when }) => [command, when]));
    for (const command of commands.filter((name) => /^tsynd\.(gallery|inspector)\./.test(name))) {
      assert.ok(palette.has(command), command);
    }
  });

  test('keys act in their panel only, and never while a person types', () => {
    for (const { command, key, when } of contributes.keybindings) {
      assert.match(when, /activeWebviewPanelId == 'tsynd\./, key);
      for (const elsewhere of ['!inputFocus', '!listFocus', '!sideBarFocus', '!panelFocus']) {
        assert.ok(when.includes(elsewhere), `${key} ${elsewhere}`);
      }
      if (command.startsWith('tsynd.gallery.')) assert.ok(when.includes('!tsynd.galleryTextFocus'), key);
    }
  });

  test('every command of the gallery and the inspector has a key', () => {
    const bound = new Set(contributes.keybindings.map(({ command }) => command));
    for (const name of GALLERY_COMMANDS) assert.ok(bound.has(`tsynd.gallery.${name}`), name);
    for (const name of INSPECTOR_COMMANDS) assert.ok(bound.has(`tsynd.inspector.${name}`), name);
  });

  test('no key means two things in one panel', () => {
    const seen = new Set<string>();
    for (const { key, when } of contributes.keybindings) {
      assert.ok(!seen.has(`${key} ${when}`), key);
      seen.add(`${key} ${when}`);
    }
  });
});

describe('what is shown', () => {
  test('pictures are where the manifest says', () => {
    const pictures = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.views.tsynd.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const picture of pictures) assert.ok(existsSync(path.join(ROOT, picture)), picture);
  });

  test('walkthrough pictures take their colours from the theme', () => {
    for (const { media } of contributes.walkthroughs[0].steps) {
      const svg = read(media.svg);
      assert.doesNotMatch(svg, /#[0-9a-f]{3,8}\b|rgb\(/i, media.svg);
      assert.match(svg, /var\(--vscode-/, media.svg);
    }
  });

  test('the icon in the activity bar is of one colour, which the theme replaces', () => {
    const svg = read(contributes.viewsContainers.activitybar[0].icon);
    assert.doesNotMatch(svg, /#[0-9a-f]{3,8}\b|rgb\(/i);
    assert.match(svg, /currentColor/);
  });

  test('icon.png is icon.svg at 256 px', async () => {
    const { data, info } = await sharp(path.join(ROOT, 'media/icon.png'))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [256, 256]);
    const drawn = await sharp(path.join(ROOT, 'media/icon.svg')).resize(256).ensureAlpha().raw().toBuffer();
    const difference = data.reduce((sum, value, index) => sum + Math.abs(value - drawn[index]), 0);
    const remedy = 'Draw it again: sharp("media/icon.svg").resize(256).png().toFile("media/icon.png").';
    assert.ok(difference / data.length < 1, remedy);
  });
});

describe('manners', () => {
  test('panels that are restored activate the extension', () => {
    for (const viewType of ['tsynd.gallery', 'tsynd.inspectorPanel']) {
      assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${viewType}`), viewType);
      assert.ok(source.includes(`'${viewType}'`), viewType);
    }
    assert.ok(!manifest.activationEvents.includes('*'));
  });

  test('the inspector is an option for every image, and nothing is opened with it unasked', () => {
    const [inspector] = contributes.customEditors;
    assert.equal(inspector.viewType, 'tsynd.inspector');
    assert.equal(inspector.priority, 'option');
    const patterns = inspector.selector.map(({ filenamePattern }) => filenamePattern);
    assert.deepEqual(
      patterns,
      ['png', 'jpg', 'jpeg', 'bmp', 'tif', 'tiff', 'gif', 'webp'].map((extension) => `*.${extension}`),
    );
  });

  test('an untrusted workspace decides neither where runs are written nor what computes', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    for (const name of ['tsynd.runsFolder', 'tsynd.device', 'tsynd.threads']) {
      assert.ok(restrictedConfigurations.includes(name), name);
      assert.ok(name in contributes.configuration.properties, name);
    }
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  test('the link to the walkthrough names it', () => {
    const id = `${manifest.publisher}.${manifest.name}#${contributes.walkthroughs[0].id}`;
    const link = /command:workbench\.action\.openWalkthrough\?([^)]+)\)/.exec(Object.values(texts).join(' '));
    assert.deepEqual(JSON.parse(decodeURIComponent(link?.[1] ?? 'null')), [id, false]);
  });
});
