{{/* Fails where values contradict each other, which the schema cannot see. */}}
{{- define "speckv.checks" -}}
{{- $v := .Values -}}
{{- $http := $v.http.enabled -}}

{{- with $v.target -}}
{{- if and .enabled .address }}
{{- fail (printf "target.address is %s, which nothing would ask: set target.enabled to false, or leave the address out" .address) }}
{{- end }}
{{- if not (or .enabled .address (include "speckv.namesTargets" $)) }}
{{- fail "target.enabled is false, which needs target.address: where the router finds a target" }}
{{- end }}
{{- if and (not .enabled) .engine.url }}
{{- fail "target.engine.url is set, but target.enabled is false: no target would ask that engine" }}
{{- end }}
{{- if and .engine.url (not .engine.allowPlaintext) (include "speckv.leavesPodInPlaintext" .engine.url) }}
{{- fail (printf "target.engine.url is %s, which would be open to the network: take https, or set target.engine.allowPlaintext to true" .engine.url) }}
{{- end }}
{{- end }}

{{- range $service := list "draft" "target" "router" }}
{{- if include "speckv.runs" (dict "root" $ "service" $service) }}
{{- if and (eq $v.tls.mode "secret") (not (get $v.tls.secretNames $service)) }}
{{- fail (printf "tls.mode is secret, which needs tls.secretNames.%s" $service) }}
{{- end }}
{{- with (get $v $service).autoscaling }}
{{- if and .enabled (gt (int .min) (int .max)) }}
{{- fail (printf "%s.autoscaling.min is %d, above its max, %d" $service (int .min) (int .max)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- with $v.expose }}
{{- if and .service.enabled .service.nodePorts.http (not $http) }}
{{- fail "expose.service.nodePorts.http is set, but http.enabled is false: the router has no such port" }}
{{- end }}
{{- if .ingress.enabled }}
{{- if and .ingress.httpHost (not $http) }}
{{- fail "expose.ingress.httpHost is set, but http.enabled is false: the router answers gRPC alone" }}
{{- end }}
{{- if not (or .ingress.httpHost .ingress.grpcHost) }}
{{- fail (printf "expose.ingress needs a host: set %s" (ternary "httpHost, grpcHost or both" "grpcHost" $http)) }}
{{- end }}
{{- end }}
{{- if .gateway.enabled }}
{{- if not .gateway.parentRefs }}{{ fail "expose.gateway.parentRefs names no Gateway" }}{{ end }}
{{- if and .gateway.httpHostnames (not $http) }}
{{- fail "expose.gateway.httpHostnames is set, but http.enabled is false: the router answers gRPC alone" }}
{{- end }}
{{- if not (or $http .gateway.grpcHostnames) }}
{{- fail "expose.gateway has nothing to route: http.enabled is false, and grpcHostnames is empty" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
