extension BrokenFileTests {
    static let values: [Broken] = [
        Broken(
            #"""
            tocsin: 1
            title: $(x)
            steps: []

            """#,
            "2:1: error: a scenario needs `steps`",
            "2:1: error: no variable `x`; $$(x) is the text itself"),
        Broken(
            #"""
            tocsin: 1
            title: $(vax)
            variables: { var: 1, a: $(b), b: $(a), here: x, "a b": 1 }

            """#,
            "2:1: error: a scenario needs `steps`",
            "2:1: error: no variable `vax`; did you mean `var`?",
            "3:22: error: variable `a` is made of itself",
            "3:40: error: `here` is given: a variable of yours needs another name",
            "3:49: error: `a b` is no name: letters, digits, - and _"),
        Broken(
            scenario("matrix: { e: [1, 2] }"),
            "3:11: error: `e` is never used: every plan would be the same"),
        Broken(
            scenario("matrix: { e: [1, 2], exclude: [{ e: 3 }, { f: 1 }, 5] }"),
            "3:11: error: `e` is never used: every plan would be the same",
            "3:22: error: `exclude` is a list of maps: [{ NAME: VALUE }]"),
        Broken(
            scenario("matrix: { e: 1 }"),
            "3:11: error: `e` is a list of values"),
        Broken(
            scenario("matrix: { e: [] }"),
            "3:11: error: `e` is a list of values"),
        Broken(
            scenario(
                #"""
                variables: { v: [1] }
                see: [a$(v)b]
                """#),
            "4:7: error: variable `v` is no text: it can only be a whole value"),
        Broken(
            story + #"""
                allow: [{ crash: add, because: x, if: { v: 1 } }]

                """#,
            "12:41: error: no variable `v`"),
        Broken(
            scenario("requires: { kernel: 6.1, program: [x] }"),
            #"3:13: error: `6.1` is no requirement: ">= 6.1""#,
            "3:26: error: unknown key `program`; did you mean `programs`?"),
        Broken(
            scenario("use: nowhere.yaml"),
            "3:1: error: no file nowhere.yaml"),
        Broken(
            #"""
            tocsin: 1
            use: x.yaml

            """#,
            "2:1: error: x.yaml uses itself"),
        Broken(
            scenario("matrix: { e: [1, 2], exclude: [{ e: 3 }] }"),
            "3:11: error: `e` is never used: every plan would be the same",
            "3:32: error: excludes nothing"),
        Broken(
            scenario("matrix: { e: [1, 2], exclude: [{ f: 1 }] }"),
            "3:11: error: `e` is never used: every plan would be the same",
            "3:32: error: excludes nothing",
            "3:34: error: `f` is no name of the matrix"),
        Broken(
            scenario("matrix: { e: [{ kill: all }], include: [{ d: 1 }] }"),
            "3:11: error: `e` is never used: every plan would be the same",
            "3:41: error: `e` is missing: a plan has a value of each name",
            "3:43: error: `d` is never used: every plan would be the same"),
        Broken(
            scenario(
                #"""
                matrix: { e: [a, b] }
                see: [$(e)]
                tags: [$(f)]
                """#),
            "5:8: error: no variable `f`; $$(f) is the text itself"),
        Broken(
            scenario(
                "variables: { a: $(b)$(b), b: $(c)$(c), c: $(d)$(d), d: $(e)$(e), e: $(f)$(f), f: $(g)$(g), g: $(h)$(h), h: $(i)$(i), i: $(j)$(j), j: $(k)$(k), k: $(l)$(l), l: $(m)$(m), m: $(n)$(n), n: $(o)$(o), o: $(p)$(p), p: $(q)$(q), q: $(r)$(r), r: $(s)$(s), s: $(t)$(t), t: $(u)$(u), u: xxxxxxxx }"
            ),
            "3:14: error: the variables make too much of this",
            "3:27: error: the variables make too much of this",
            "3:40: error: the variables make too much of this",
            "3:53: error: the variables make too much of this"),
    ]
}
