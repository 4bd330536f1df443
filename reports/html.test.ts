import { describe, expect, it } from 'vitest';
import { embedJson, escapeHtml, Html, html } from './html.js';

describe('html', () => {
  it('escapes every interpolated string, in text and in attributes', () => {
    const hostile = `</script><img src=x onerror="alert(1)">'\``;
    const page = html`<p title="${hostile}">${hostile}</p>`.toString();
    expect(page).toBe(
      '<p title="&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&#96;">&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&#96;</p>',
    );
  });

  it('keeps what is HTML already, in lists too, and drops what is absent', () => {
    expect(html`${[html`<b>${1}</b>`, '<i>']}${null}${undefined}${false}`.toString()).toBe(
      '<b>1</b>&lt;i&gt;',
    );
  });

  it('does not take an object that looks like HTML for HTML', () => {
    const forged = JSON.parse('{"text":"<b>"}') as string;
    expect(() => html`${forged}`.toString()).toThrow();
  });

  it('shows line separators, controls and bidirectional overrides instead of obeying them', () => {
    expect(escapeHtml('a\u2028b\u202ec\u0000d\u0007')).toBe('a\\u2028b\\u202ec\\u0000d\\u0007');
    expect(escapeHtml('tab\tand\nline')).toBe('tab\tand\nline');
  });

  it('passes trusted text through', () => {
    expect(html`${Html.trusted('<hr>')}`.toString()).toBe('<hr>');
  });
});

describe('embedJson', () => {
  it('contains nothing that can end a script element or a line, and parses back to the same', () => {
    const value = { '</script>': ['<!--', '&amp;', '\u2028\u2029', '"quotes"', "'single'", '\\'] };
    const text = embedJson(value).toString();
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
