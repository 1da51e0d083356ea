import ModuleBundles
import Testing

@Suite struct ModuleBundlesTests {
    private let sources = [
        "ui/dom.js": "// Elements.\n\n/** Makes one. */\nexport function h() {}\nexport const A = 1;\n",
        "ui/menu.js": "import { h } from './dom.js';\nexport function openMenu() { h(); }\n",
        "app/main.js": "import { h as make } from '../ui/dom.js';\n/**\n * Long.\n */\nmake();\n",
        "app/shell.js": "import { A } from '../ui/dom.js';\nexport class Shell {\n  a = A;\n}\n",
        "features/search.js": """
        import { h, A as a } from '../ui/dom.js';
        import { openMenu } from '../ui/menu.js';
        export function search() { openMenu(h, a); }

        """,
        "features/alone.js": "export const nothing = null;\n",
    ]

    @Test func eachModuleIsThereOnce() throws {
        let files = try ModuleBundles(sources, entries: ["app/main.js", "app/shell.js"]).files()
        #expect(
            files["app/main.js"] == """
                const m_ui_dom = (() => {
                function h() {}
                const A = 1;
                return { h, A };
                })();
                const m_app_main = (() => {
                const { h: make } = m_ui_dom;
                make();
                return {  };
                })();
                export { m_ui_dom, m_app_main };

                """)
        #expect(
            files["app/shell.js"] == """
                import { m_ui_dom } from '/assets/app/main.js';
                const m_app_shell = (() => {
                const { A } = m_ui_dom;
                class Shell {
                  a = A;
                }
                return { Shell };
                })();
                export { m_app_shell };
                export const { Shell } = m_app_shell;

                """)
    }

    @Test func whatIsLoadedLaterSharesThem() throws {
        let files = try ModuleBundles(sources, entries: ["app/main.js", "app/shell.js"]).files()
        #expect(
            files["features/search.js"] == """
                import { m_ui_dom } from '/assets/app/main.js';
                const { h, A: a } = m_ui_dom;
                import { openMenu } from '/assets/ui/menu.js';
                export function search() { openMenu(h, a); }

                """)
        #expect(files["ui/menu.js"]?.hasPrefix("import { m_ui_dom } from '/assets/app/main.js';") == true)
        // Who shares nothing stays as it is, and so do the modules that the entries' files have.
        #expect(Set(files.keys) == ["app/main.js", "app/shell.js", "features/search.js", "ui/menu.js"])
    }

    @Test(arguments: [
        "export { a } from './b.js';", "export default {};", "import './b.js';", "import a from './b.js';",
        "import { a } from '../../b.js';", "import { a } from './missing.js';",
    ])
    func anotherFormIsNotPutTogether(line: String) throws {
        let sources = ["app/main.js": line + "\n", "app/shell.js": "export class Shell {}\n"]
        let error = #expect(throws: ModuleBundles.UnknownForm.self) {
            try ModuleBundles(sources, entries: ["app/shell.js", "app/main.js"])
        }
        #expect(error?.path == (line.contains("missing") ? "app/missing.js" : "app/main.js"))
        // Where nobody asks for it to be, it stays as it is.
        #expect(try ModuleBundles(sources, entries: ["app/shell.js"]).files()["app/main.js"] == nil)
    }
}
