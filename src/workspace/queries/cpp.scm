; Beside what C has.
(namespace_definition name: (_) @name) @module
(class_specifier name: (_) @name body: (_)) @class
(alias_declaration name: (_) @name) @type
(concept_definition name: (_) @name) @type
(function_definition declarator: (function_declarator declarator: [
  (field_identifier) (destructor_name) (operator_name) (qualified_identifier) (template_function)] @name))
  @function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: [
  (field_identifier) (operator_name) (qualified_identifier) (template_function)] @name))) @function
(function_definition declarator: (pointer_declarator declarator: (pointer_declarator
  declarator: (function_declarator declarator: [(field_identifier) (qualified_identifier)] @name)))) @function
(function_definition declarator: (reference_declarator (function_declarator declarator: [
  (identifier) (field_identifier) (operator_name) (qualified_identifier) (template_function)] @name)))
  @function
(function_definition declarator: [
  (operator_cast) (qualified_identifier name: (operator_cast))] @name) @function
(field_declaration declarator: (function_declarator declarator: (field_identifier) @name)) @method
(field_declaration declarator: (pointer_declarator
  declarator: (function_declarator declarator: (field_identifier) @name))) @method
((function_definition declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (_) . (_) @name))) @test
  (#any-of? @_macro "TEST" "TEST_F" "TEST_P"))
