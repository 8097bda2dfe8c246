(class_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(annotation_type_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enum
(constructor_declaration name: (_) @name) @method
(compact_constructor_declaration name: (_) @name) @method
(method_declaration name: (_) @name) @method
(annotation_type_element_declaration name: (_) @name) @method
((method_declaration
    (modifiers [(marker_annotation name: (identifier) @_kind) (annotation name: (identifier) @_kind)])
    name: (_) @name) @test
  (#match? @_kind "Test$"))
((field_declaration (modifiers) @_modifiers declarator: (variable_declarator name: (_) @name) @constant)
  (#match? @_modifiers "static"))
(constant_declaration declarator: (variable_declarator name: (_) @name) @constant)
