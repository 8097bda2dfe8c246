; Captures: @name, and the whole definition as its kind. @scope gives names inside it a parent without
; being a symbol. Where two patterns fit one definition, the later one counts.
(function_item name: (_) @name) @function
(function_signature_item name: (_) @name) @function
(struct_item name: (_) @name) @struct
(union_item name: (_) @name) @struct
(enum_item name: (_) @name) @enum
(trait_item name: (_) @name) @trait
(impl_item type: (_) @name) @scope
(type_item name: (_) @name) @type
(const_item name: (_) @name) @constant
(static_item name: (_) @name) @constant
(associated_type name: (_) @name) @type
(mod_item name: (_) @name) @module
(macro_definition name: (_) @name) @macro
((attribute_item (attribute [(identifier) @_kind (scoped_identifier name: (identifier) @_kind)]))
  . (attribute_item)*
  . (function_item name: (_) @name) @test
  (#eq? @_kind "test"))
