/** Markup whose every inserted text is escaped: the only way to make it is the template `html`. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static join(strings: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(strings.map((part, index) => part + render(values[index])).join(''));
  }
}

export type HtmlValue = Html | string | number | readonly HtmlValue[] | undefined;

/**
 * A template of markup. Texts and numbers are escaped for elements and for quoted attributes, parts that are markup
 * themselves are inserted as they are, lists one after the other, and undefined as nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.join(strings, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);
  }
  return value.map(render).join('');
}
