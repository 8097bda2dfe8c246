(namespace_declaration name: (_) @name) @module
(file_scoped_namespace_declaration name: (_) @name) @module
(class_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(struct_declaration name: (_) @name) @struct
(interface_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enum
(delegate_declaration name: (_) @name) @type
(constructor_declaration name: (_) @name) @method
(destructor_declaration name: (_) @name) @method
(method_declaration name: (_) @name) @method
((method_declaration (attribute_list (attribute name: (_) @_kind)) name: (_) @name) @test
  (#any-of? @_kind "Fact" "Theory" "Test" "TestCase" "TestMethod"))
(local_function_statement name: (_) @name) @function
((field_declaration (modifier) @_modifier
    (variable_declaration (variable_declarator name: (_) @name) @constant))
  (#eq? @_modifier "const"))
((field_declaration (modifier) @_static (modifier) @_readonly
    (variable_declaration (variable_declarator name: (_) @name) @constant))
  (#eq? @_static "static")
  (#eq? @_readonly "readonly"))
