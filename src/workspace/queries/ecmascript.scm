; What JavaScript and TypeScript have in common.
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(class name: (_) @name) @class
(method_definition name: (_) @name) @method
(program (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
(program (variable_declaration (variable_declarator name: (identifier) @name) @constant))
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression) (generator_function)]) @function
((assignment_expression
    left: (member_expression property: (property_identifier) @_left)
    right: [(function_expression name: (_) @name) (generator_function name: (_) @name)]) @function
  (#eq? @_left "exports"))
(pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @method
((call_expression
    function: [(identifier) @_call (member_expression object: (identifier) @_call)]
    arguments: (arguments . (string (string_fragment) @name))) @test
  (#any-of? @_call "describe" "it" "test" "suite"))
