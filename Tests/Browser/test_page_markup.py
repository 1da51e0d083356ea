"""The markup of messages: the one parser, what is drawn of it, and the keys that write it."""

import pytest
from playwright.sync_api import expect

from member import Member

# What is parsed, as one would say it: <strong>, <a URL>, <@who>, <pre language>.
SHOW = """
  const { parse, oneLine, mentionsIn } = await import('/assets/ui/markup.js');
  const inline = (parts) => parts.map((part) => ({
    text: () => part.text, code: () => `<c>${part.text}</c>`, mention: () => `<@${part.user ?? part.text}>`,
    link: () => `<a ${part.href}>${inline(part.parts)}</a>`,
  }[part.kind] ?? (() => `<${part.kind}>${inline(part.parts)}</${part.kind}>`))()).join('');
  const show = (blocks) => blocks.map((one) => ({
    text: () => `<p>${inline(one.parts)}</p>`, block: () => `<pre ${one.language}>${one.text}</pre>`,
    quote: () => `<q>${show(one.blocks)}</q>`,
    list: () => `<l ${one.start ?? '-'}>${one.items.map((item) => `<li>${show(item)}</li>`).join('')}</l>`,
  }[one.kind])()).join('');
  const userOf = (name) => (name === 'ada' ? '1' : undefined);
"""


@pytest.fixture(scope="module")
def run(browser, url):
    """A function's body in the page, which sees SHOW and the argument as `x`."""
    one = Member(browser, url, "Nobody").open()
    expect(one.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    yield lambda body, argument=None: one.page.evaluate(f"async (x) => {{ {SHOW} {body} }}", argument)
    assert one.problems == []
    one.context.close()


@pytest.mark.parametrize(("text", "shown"), [
    ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <c>d</c></p>"),
    ("**a _b ~~c~~_**", "<p><strong>a <em>b <s>c</s></em></strong></p>"),
    ("**a _b** c_", "<p><strong>a _b</strong> c_</p>"),
    ("**a\nb**", "<p><strong>a\nb</strong></p>"), ("**a\n\nb**", "<p>**a\n\nb**</p>"),
    ("2 ** 3 ** 4, snake_case_name, ****, ~~~x~~~", "<p>2 ** 3 ** 4, snake_case_name, ****, ~~~x~~~</p>"),
    ('(**a**), "_b_".', '<p>(<strong>a</strong>), "<em>b</em>".</p>'),
    ("*a* __b__ ~c~", "<p>*a* __b__ ~c~</p>"),
    ("<b>a</b> &amp;", "<p><b>a</b> &amp;</p>"),
    # Nothing is read within code.
    ("`**a** @ada http://a.example`", "<p><c>**a** @ada http://a.example</c></p>"),
    ("a `b\nc`", "<p>a `b\nc`</p>"),
    ("```js\n**x**\n```", "<pre js>**x**</pre>"), ("a ```b``` c", "<p>a </p><pre >b</pre><p> c</p>"),
    ("```\na", "<p>```\na</p>"), ("```\n```", "<p>```\n```</p>"), ("```C++\na\n\nb\n```\nc", "<pre c++>a\n\nb</pre><p>c</p>"),
    # Quotes and lists.
    ("> a **b**\n> c\nd", "<q><p>a <strong>b</strong>\nc</p></q><p>d</p>"),
    ("> > a\n> b", "<q><q><p>a</p></q><p>b</p></q>"), ("> ```py\n> a\n> ```", "<q><pre py>a</pre></q>"),
    (">_< >a", "<p>>_< >a</p>"),
    ("a:\n\n- b\n- c\n  - d\n    e\n- f\n\ng",
     "<p>a:</p><l -><li><p>b</p></li><li><p>c</p><l -><li><p>d\ne</p></li></l></li><li><p>f</p></li></l><p>g</p>"),
    ("1. a\n2. b\n- c", "<l 1><li><p>a</p></li><li><p>b</p></li></l><l -><li><p>c</p></li></l>"),
    ("7. a", "<l 7><li><p>a</p></li></l>"), ("-a\n1.b\n- ", "<p>-a\n1.b\n- </p>"),
    ("> " * 9 + "a", "<q>" * 4 + "<p>" + "> " * 5 + "a</p>" + "</q>" * 4),
    # Links with a name: to the web and to mail, and nowhere else.
    ("[a **b**](https://a.example/(c)?d#e)", "<p><a https://a.example/(c)?d#e>a <strong>b</strong></a></p>"),
    ("[a](mailto:b@c.example)", "<p><a mailto:b@c.example>a</a></p>"),
    ("[a](javascript:alert(1)) [b](data:x) [c](/d) [e](//f) [g](tel:123)",
     "<p>[a](javascript:alert(1)) [b](data:x) [c](/d) [e](//f) [g](tel:123)</p>"),
    ("[a](https://a.example \"x\") [](https://b.example)",
     '<p>[a](<a https://a.example>https://a.example</a> "x") [](<a https://b.example>https://b.example</a>)</p>'),
    ("[https://a.example](https://b.example)", "<p><a https://b.example>https://a.example</a></p>"),
    ("[[a](http://b.example)](http://c.example)", "<p>[<a http://b.example>a</a>](<a http://c.example>http://c.example</a>)</p>"),
    ("[@ada me@a.example](http://b.example)", "<p><a http://b.example>@ada me@a.example</a></p>"),
    ("[a] [b](http://c.example)", "<p>[a] <a http://c.example>b</a></p>"),
    # Addresses as they are written.
    ("see http://a.example/(b), ok", "<p>see <a http://a.example/(b)>http://a.example/(b)</a>, ok</p>"),
    ("(see http://a.example/b)", "<p>(see <a http://a.example/b>http://a.example/b</a>)</p>"),
    ("**https://a.example/b_c_d**", "<p><strong><a https://a.example/b_c_d>https://a.example/b_c_d</a></strong></p>"),
    ("HTTPS://A.example/B", "<p><a HTTPS://A.example/B>HTTPS://A.example/B</a></p>"),
    ("见http://a.example/b。好", "<p>见<a http://a.example/b>http://a.example/b</a>。好</p>"),
    ("www.a.example, and awww.b", "<p><a https://www.a.example>www.a.example</a>, and awww.b</p>"),
    ("call tel:+49-30-5550100.", "<p>call <a tel:+49-30-5550100>tel:+49-30-5550100</a>.</p>"),
    ("javascript:alert(1) data:x file:///x ftp://x.example a@b https://",
     "<p>javascript:alert(1) data:x file:///x ftp://x.example a@b https://</p>"),
    # Mentions.
    ("mail me@ada.example @ada. @nobody", "<p>mail <a mailto:me@ada.example>me@ada.example</a> <@1>. @nobody</p>"),
    ("@all, @here! _@ada_", "<p><@@all>, <@@here>! <em><@1></em></p>"),
])
def test_markup(run, text, shown):
    assert run("return show(parse(x, userOf));", text) == shown


@pytest.mark.parametrize(("text", "line"), [
    ("**a** _b_ `c` [d](http://e.example)", "a b c d"), ("> a\n\n- b\n- c\n1. d", "a • b • c 1. d"),
    ("```js\nx\n```\ny", "x y"), ("a" * 170, "a" * 160 + "…"), ("```js\n" + "a b " * 400, "a b " * 40 + "…"),
    ("2 * 3 * 4", "2 * 3 * 4"),
])
def test_one_line(run, text, line):
    assert run("return oneLine(x);", text) == line


def test_whom_a_text_mentions(run):
    assert run("return [...mentionsIn(x, userOf)];", "@ada **@ada** `@ada`") == ["1"]
    for text in ("`@ada`", "```\n@ada\n```", "[@ada](http://a.example)", "a@ada", "@adam"):
        assert run("return [...mentionsIn(x, userOf)];", text) == [], text
    assert run("return [...mentionsIn(x, userOf)];", "> a\n> - _@ada_") == ["1"]


HOSTILE = ["**", "_a", "~~a", "[", "[a](", "](", "[a](http://b", "`", "``` ", "```a", "> ", "- ", "1. ", "**a ", "_a **b ",
           "[a](http://x.example)", "[[a](u)", "http://", "http://)", "[http://a](", "a@a.", "a@", "@a", "@all ", "**_~~",
           "\n", "\n- a\n  - b", "(", "[x](((", "](a)", "```\n \n", "- a\n  ", "a.", "x-"]


def test_a_long_text_is_read_in_no_time(run):
    """No expression goes back and forth over what it has seen: eight times as long takes no sixty-four times as long."""
    slow = run("""
      const time = (unit, length) => {
        const text = unit.repeat(length / unit.length);
        const start = performance.now();
        parse(text, userOf);
        return performance.now() - start;
      };
      // The least of some: what others do on this machine is not its cost.
      const best = (unit, length) => Math.min(...Array.from({ length: 2 }, () => time(unit, length)));
      return x.map((unit) => [unit, best(unit, 12_500), best(unit, 100_000)])
        .filter(([, short, long]) => long > 1_000 && long > 32 * short);
    """, HOSTILE)
    assert slow == []


def test_what_is_written_is_drawn(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_chat(ben)
    ada.send(f"**bold** _italic_ ~~struck~~ `code` [label](https://a.example/b) @{ben.username}\n> quote\n- item\n```js\nlet a;\n```")
    ben.open_room(ada.name)
    body = ben.texts.last
    for element, text in (("strong", "bold"), ("em", "italic"), ("s", "struck"), ("p > code, :scope > code", "code"),
                          ("blockquote", "quote"), ("li", "item"), ("pre[data-language=js]", "let a;")):
        expect(body.locator(element)).to_have_text(text)
    link = body.get_by_role("link", name="label")
    assert (link.get_attribute("href"), link.get_attribute("title")) == ("https://a.example/b", "https://a.example/b")
    expect(body.locator(".mention.is-me")).to_have_text(f"@{ben.username}")
    # Elsewhere it is one line, without marks.
    expect(ben.room(ada.name)).to_contain_text(f"bold italic struck code label @{ben.username} quote • item let a;")
    ben.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    body.hover()
    body.get_by_role("button", name="Copy the code").click()
    assert ben.page.evaluate("navigator.clipboard.readText()") == "let a;"


def test_an_edit_mentions_too(member):
    ada, ben, cleo = (member(name).register() for name in ("Ada", "Ben", "Cleo"))
    ada.start_room("group", "Hike", ben, cleo)
    ada.send("Who comes?")
    ada.act("Who comes?", "Edit")
    ada.composer.fill(f"Who comes? @{ben.username}")
    ada.composer.press("Enter")
    expect(ben.room("Hike").get_by_role("img", name="1 mention")).to_be_visible()
    expect(cleo.page.get_by_role("img", name="1 mention")).to_have_count(0)


def test_keys_that_mark(member):
    ada = member("Ada").register()
    ada.start_room("group", "Notes")
    composer, keyboard = ada.composer, ada.page.keyboard
    ada.page.wait_for_load_state("networkidle")
    for keys, mark in (("b", "**"), ("i", "_"), ("Shift+X", "~~"), ("e", "`")):
        composer.fill("one two ")
        composer.evaluate("element => element.setSelectionRange(4, 8)")
        composer.press(f"Control+{keys}")
        expect(composer).to_have_value(f"one {mark}two{mark} ")
        # What is marked stays selected: once more, and it is not; and that can be undone.
        composer.press(f"Control+{keys}")
        expect(composer).to_have_value("one two ")
        composer.press("Control+z")
        expect(composer).to_have_value(f"one {mark}two{mark} ")
    composer.fill("")
    composer.press("Control+b")
    keyboard.type("hey")
    expect(composer).to_have_value("**hey**")
    composer.fill("a\nb")
    composer.press("Control+a")
    composer.press("Control+Shift+Digit8")
    expect(composer).to_have_value("- a\n- b")
    composer.press("End")
    composer.press("Shift+Enter")
    expect(composer).to_have_value("- a\n- b\n- ")
    composer.press("Shift+Enter")
    expect(composer).to_have_value("- a\n- b\n")
    composer.fill("7. a")
    composer.press("End")
    composer.press("Shift+Enter")
    expect(composer).to_have_value("7. a\n8. ")


def test_an_address_over_words_is_a_link(member):
    ada = member("Ada").register()
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.start_room("group", "Notes")
    for start, pasted, text in (
            (4, "https://a.example/b", "see [here](https://a.example/b)"),
            (4, "https://a.example/((b", "see [here](https://a.example/%28%28b)"), (4, "javascript:alert(1)", "see javascript:alert(1)"),
            (4, "two words", "see two words"), (8, "https://a.example/b", "see herehttps://a.example/b")):
        ada.page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
        ada.composer.fill("see here")
        ada.composer.evaluate("(element, start) => element.setSelectionRange(start, 8)", start)
        ada.composer.press("Control+v")
        expect(ada.composer).to_have_value(text)
