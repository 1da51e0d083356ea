"""What somebody else wrote is text, whatever it looks like; and the page keeps nothing that signs in."""

import pytest
from playwright.sync_api import expect

MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>&amp;<b>bold</b>[a](javascript:alert(1))'
OVERRIDE = "\u202egnp.exe \u2067 right \u2066 left"


@pytest.fixture
def both(member):
    ada, ben = member("Ada"), member("Ben")
    for one, name in ((ada, f"<i>{ada.name}</i>"), (ben, f"{ben.name}")):
        one.name = name
        one.register()
    ada.start_chat(ben)
    ada.send("First")
    ben.open_room(ada.name)
    return ada, ben


def test_markup_is_text_everywhere(both):
    ada, ben = both
    ada.send(MARKUP)
    for one in (ada, ben):
        expect(one.texts.last).to_have_text(MARKUP)
        assert one.page.evaluate("document.querySelectorAll('.body img, .body script, .body b, bdi i').length") == 0
        assert not one.page.title().startswith("1")
    expect(ben.room(ada.name)).to_contain_text("<img src=x")
    ben.page.keyboard.press("Control+k")
    search = ben.page.get_by_role("dialog", name="Search")
    search.get_by_role("searchbox").fill("bold")
    expect(search.locator(".snippet")).to_contain_text("<b>", timeout=20_000)
    search.get_by_role("searchbox").press("Escape")
    ada.start_room("group", MARKUP[:60], ben)
    expect(ben.room(MARKUP[:60])).to_be_visible()


def test_direction_marks_disturb_only_themselves(both):
    ada, ben = both
    ada.send("Plain")
    expect(ben.message("Plain")).to_be_visible()
    where = """element => { const box = element.getBoundingClientRect(); return [box.left, box.right]; }"""
    plain = ben.messages.last.locator("time").evaluate(where)
    ada.send(OVERRIDE)
    expect(ben.messages).to_have_count(3)
    # The clock stands behind the text, read from left to right, as it does beside others.
    clock = ben.messages.last.locator("time")
    assert clock.inner_text() == ben.messages.nth(1).locator("time").inner_text()
    body = ben.messages.last.locator(".body").evaluate(where)
    assert clock.evaluate(where)[0] >= body[0]
    assert clock.evaluate("element => getComputedStyle(element).direction") == "ltr"
    assert plain[1] - plain[0] == pytest.approx(clock.evaluate("e => e.getBoundingClientRect().width"), abs=3)
    ada.send("مرحبا Hello")
    expect(ben.messages).to_have_count(4)
    assert ben.messages.last.locator(".body").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_16_kib_of_emoji(both):
    ada, ben = both
    emoji = "👩‍👩‍👧‍👦" * (16384 // 25)
    ada.send(emoji)
    expect(ben.messages).to_have_count(2)
    assert ben.texts.last.inner_text() == emoji
    assert ben.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ada.composer.fill("x" * 16385)
    expect(ada.page.get_by_role("alert").filter(has_text="1 byte too long")).to_be_visible()
    ada.composer.press("Enter")
    expect(ada.composer).not_to_have_value("")
    expect(ben.messages).to_have_count(2)


def test_a_link_is_a_link_only_to_the_web(both):
    ada, ben = both
    ada.send("javascript:alert(1) data:text/html,x file:///etc/passwd ftp://x.example http://ok.example/")
    expect(ben.texts.last.get_by_role("link")).to_have_count(1)
    expect(ben.texts.last.get_by_role("link")).to_have_attribute("href", "http://ok.example/")


def test_nothing_in_the_browser_signs_in(both):
    ada, _ = both
    kept = ada.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    cookies = {cookie["name"]: cookie for cookie in ada.context.cookies()}
    session = next(cookie for name, cookie in cookies.items() if "session" in name)
    assert session["httpOnly"] and session["sameSite"] == "Lax"
    assert session["value"] not in kept and "token" not in kept
    ada.menu("Sign out")
    expect(ada.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    left = ada.page.evaluate("""async () => {
      const open = indexedDB.open('chat', 1);
      await new Promise((resolve) => { open.onsuccess = resolve; });
      const count = (store) => new Promise((resolve) => {
        const request = open.result.transaction(store).objectStore(store).count();
        request.onsuccess = () => resolve(request.result);
      });
      return [await count('outbox'), await count('drafts')];
    }""")
    assert left == [0, 0]


def test_the_policy_allows_no_inline_script_or_style(member):
    ada = member("Ada")
    response = ada.page.goto(ada.url)
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert ada.page.evaluate("""() => document.querySelectorAll(
      '[style], style, script:not([src]), [onclick], [onload]').length""") == 0
    # The page itself is not shown in others' frames.
    assert "frame-ancestors 'none'" in policy


def test_a_cookie_that_is_not_kept_is_said(member):
    """Signing in without a word, and to no effect, would be the worst that the page could do."""
    ada = member("Ada").sign_up()
    ben = member("Ben")

    def lose(route):
        ben.context.clear_cookies()
        route.continue_()

    ben.open()
    ben.page.route("**/v1/users/me", lose)
    with ben.page.expect_response("**/v1/auth/logout"):
        ben.sign_in(ada.username)
    expect(ben.page.get_by_role("alert")).to_contain_text("your browser has not kept the cookie")
    expect(ben.page.get_by_role("textbox", name="User name")).to_have_value(ada.username)
    # What was begun and cannot be used is ended.
    assert len(ada.context.request.get(f"{ada.url}/v1/sessions").json()["sessions"]) == 1
    # With a browser that keeps it, the same form goes on.
    ben.page.unroute("**/v1/users/me")
    ben.page.get_by_role("button", name="Sign in").click()
    ben.expect_signed_in()
