(namespace_definition name: (_) @name) @module
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(trait_declaration name: (_) @name) @trait
(enum_declaration name: (_) @name) @enum
(function_definition name: (_) @name) @function
(method_declaration name: (_) @name) @method
((method_declaration name: (_) @name) @test (#match? @name "^test"))
(const_declaration (const_element (name) @name) @constant)
((function_call_expression
    function: (name) @_call
    arguments: (arguments . (argument [(string (string_content) @name) (encapsed_string (string_content) @name)])))
  @constant
  (#eq? @_call "define"))
