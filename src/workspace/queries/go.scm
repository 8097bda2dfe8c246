(function_declaration name: (_) @name) @function
((function_declaration
    name: (_) @name
    parameters: (parameter_list (parameter_declaration
      type: (pointer_type (qualified_type package: (package_identifier) @_package))))) @test
  (#eq? @_package "testing")
  (#match? @name "^(Test|Benchmark|Fuzz)"))
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @parent
    (generic_type type: (type_identifier) @parent)
    (pointer_type (type_identifier) @parent)
    (pointer_type (generic_type type: (type_identifier) @parent))
  ]))
  name: (_) @name) @method
(type_alias name: (_) @name) @type
(type_spec name: (_) @name) @type
(type_spec name: (_) @name type: (struct_type)) @struct
(type_spec name: (_) @name type: (interface_type)) @interface
(interface_type (method_elem name: (_) @name) @method)
(const_spec name: (_) @name) @constant
(source_file (var_declaration (var_spec name: (_) @name) @constant))
(source_file (var_declaration (var_spec_list (var_spec name: (_) @name) @constant)))
