extension BrokenFileTests {
    static let expectations: [Broken] = [
        Broken(
            story + #"""
                allow:
                - { residue: { link: a } }

                """#,
            "13:3: error: an allowance needs `because`"),
        Broken(
            story + #"""
                known: [{ residue: {}, because: x }]

                """#,
            "12:9: error: every residue would be known: name what it is about"),
        Broken(
            story + #"""
                known: [{ residue: "*", because: x }]

                """#,
            "12:9: error: every residue would be known: name what it is about"),
        Broken(
            story + #"""
                allow: [{ residue: {}, because: x }]

                """#,
            "12:9: error: every residue would be allowed: name what it is about"),
        Broken(
            story + #"""
                known: [{ residue: { link: a } }]

                """#,
            "12:9: error: a known finding needs `because` or `see`"),
        Broken(
            story + #"""
                allow: [{ residue: { link: "a*" }, because: x }, { crash: add, because: y }]
                known: [{ residue: { link: ab }, because: x }, { crash: add.1, because: z }]

                """#,
            "13:9: error: an `allow` hides it: it could never be seen",
            "13:48: error: an `allow` hides it: it could never be seen"),
        Broken(
            story + #"""
                known: [{ crash: ad, because: x }, { crash: { link: a }, because: x }]

                """#,
            "12:11: error: no step `ad`; did you mean `add`?",
            "12:38: error: `crash` is about a step: { crash: STEP }"),
        Broken(
            story + #"""
                known: [{ not-ready: add, because: x }, { rule-empty: add, because: x }, { crsh: add, because: x }]

                """#,
            "12:11: error: `add` starts no service: it is always ready",
            "12:43: error: an object is a map: { WORD: ARGUMENT, … }",
            "12:76: error: unknown key `crsh`; did you mean `crash`?"),
        Broken(
            story + #"""
                known: [{ crash: add, hang: add, because: x }, { because: x }, a]

                """#,
            "12:9: error: `crash` or `hang`, not both: two lines",
            "12:48: error: a known finding needs an oracle: { residue: { link: eth0 } }",
            "12:64: error: a known finding is a map: { ORACLE: OBJECT or STEP, because: TEXT }"),
        Broken(
            story + #"""
                known: [{ crash: add, because: x, seen: often }]
                allow: [{ crash: add, because: x, seen: always }]

                """#,
            "12:35: error: `often` is none of `always` `sometimes`",
            "13:35: error: unknown key `seen`"),
        Broken(
            story + #"""
                known: [{ residue: { link: "a/b*" }, because: x }, { residue: { bpf: a }, because: x }, { residue: { link: a, dv: b }, because: x }]

                """#,
            "12:22: error: `a/b*` can match no link: an interface name has no /",
            "12:65: error: `bpf` is not built yet",
            "12:111: error: unknown key `dv`"),
    ]
}
