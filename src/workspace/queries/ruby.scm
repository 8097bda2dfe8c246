(module name: (_) @name) @module
(class name: (_) @name) @class
(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
((method name: (_) @name) @test (#match? @name "^test_"))
(assignment left: (constant) @name) @constant
((call
    method: (identifier) @_call
    arguments: (argument_list . (string (string_content) @name))
    block: (_)) @test
  (#any-of? @_call "describe" "context" "it" "test" "specify"))
